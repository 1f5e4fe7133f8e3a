# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Topics over time, with Wikidata
#
# When were practices begun on which topic, and in how large places?
# The years are ours; how many people live in a place, we ask Wikidata, by the items that our places are linked to.

# %%
import matplotlib.pyplot as plt
import pandas as pd
import requests

import iccgraph

dataset = iccgraph.open("http://localhost:8000/")
endpoint = "https://query.wikidata.org/sparql"
contact = "you@example.org"  # Wikidata wants to know whom to write to

# %% [markdown]
# ## Topics over time
#
# A practice has several topics, and counts once for each.
# Periods of three years, because single years have few practices.

# %%
practices = dataset.table("practices", ["key", "first_year", "years", "topics", "cities"])
single = practices["years"].map(lambda years: min(years, default=None)).astype("Int64")
practices["began"] = practices["first_year"].fillna(single)
begun = practices.dropna(subset=["began"]).explode("topics").dropna(subset=["topics"])
begun = begun[begun["began"] >= 2006]
begun["period"] = (begun["began"] - 2006) // 3 * 3 + 2006
labels = dataset.topics.set_index("key")["label_en"]
table = begun.pivot_table(
    index="topics", columns="period", values="key", aggfunc="nunique", fill_value=0
)
table = table.rename(index=labels).loc[lambda t: t.sum(axis=1).sort_values().index[::-1]]
table.columns = [f"{start}–{start + 2}" for start in table.columns]
print(table.head(6).to_string())

# %% alt="A grid of topics and periods of three years: the darker a cell, the more practices were begun; the numbers stand in the cells"
figure, axes = plt.subplots(figsize=(8, 5.6), layout="constrained")
axes.imshow(table, cmap="Greys", aspect="auto", vmin=0)
axes.set_xticks(range(table.shape[1]), table.columns, fontsize=8)
axes.set_yticks(range(table.shape[0]), table.index)
for row, column in [(r, c) for r in range(table.shape[0]) for c in range(table.shape[1])]:
    count = table.iat[row, column]
    light = count > table.to_numpy().max() / 2
    axes.text(column, row, count, ha="center", va="center", color="white" if light else "black")
axes.set_title("Practices begun, by topic and period")
figure.supxlabel(f"Source: iccgraph, release {dataset.name}", fontsize=8)
plt.show()

# %% [markdown]
# Practices are often told years after they began: a light column at the end is no decline.
#
# ## People, from Wikidata
#
# `links` has the item of each place; the rejected ones are left out.
# One query asks for all of them at once.

# %%
links = dataset.links.query("kind == 'city' and not rejected").set_index("key")["wikidata"]
worked = begun["cities"].explode().dropna().unique()
asked = links.reindex(worked).dropna()
query = f"""
SELECT ?item (MAX(?number) AS ?population) {{
  VALUES ?item {{ {" ".join(f"wd:{item}" for item in sorted(asked))} }}
  ?item wdt:P1082 ?number .
}} GROUP BY ?item
"""
response = requests.post(
    endpoint,
    data={"query": query},
    headers={
        "Accept": "application/sparql-results+json",
        "User-Agent": f"iccgraph notebook ({contact})",
    },
    timeout=60,
)
response.raise_for_status()
answer = response.json()["results"]["bindings"]
people = pd.Series(
    {row["item"]["value"].rpartition("/")[2]: float(row["population"]["value"]) for row in answer}
)
population = asked.map(people).dropna()
print(f"{len(worked)} places, {len(asked)} with an item, {len(population)} with a population")

# %% [markdown]
# What has no item or no population is left out of what follows, and not taken for small.
#
# ## Large and small places

# %%
sizes = pd.cut(
    population,
    [0, 100_000, 500_000, float("inf")],
    labels=["below 100,000", "100,000 to 500,000", "500,000 and more"],
    right=False,
)
placed = begun.explode("cities")
placed["size"] = placed["cities"].map(sizes)
placed = placed.dropna(subset=["size"])
by_size = placed.pivot_table(
    index="period", columns="size", values="key", aggfunc="nunique", observed=False, fill_value=0
)
by_size.index = [f"{start}–{start + 2}" for start in by_size.index]
by_size

# %% alt="Bars: practices begun in each period of three years, one bar for each of three sizes of place"
axes = by_size.plot.bar(
    figsize=(8, 3.8), rot=0, width=0.8, color=["0.8", "0.5", "0.15"], edgecolor="black"
)
axes.set(title="Practices begun, by period and size of the place", xlabel="", ylabel="practices")
axes.spines[["top", "right"]].set_visible(False)
axes.legend(title="people", frameon=False)
axes.figure.set_layout_engine("constrained")
axes.figure.supxlabel(f"Sources: iccgraph, release {dataset.name}; Wikidata", fontsize=8)
plt.show()

# %% [markdown]
# Which topics do large places begin more often than others?
# Small numbers: read the two columns of counts before the share.

# %%
large = placed["size"] == "500,000 and more"
shares = (
    pd.DataFrame(
        {
            "practices": placed.groupby("topics")["key"].nunique(),
            "in large places": placed[large].groupby("topics")["key"].nunique(),
        }
    )
    .fillna(0)
    .astype(int)
)
shares["share"] = (shares["in large places"] / shares["practices"]).round(2)
shares.rename(index=labels).sort_values(["share", "practices"], ascending=False).head(6)
