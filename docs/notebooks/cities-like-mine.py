# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Cities like mine
#
# Which cities work on the same topics as Barcelona, and how much does that say?
# Put the key of your own city in place of it: the last part of the address of its page.

# %%
import math

import matplotlib.pyplot as plt
import pandas as pd

import iccgraph

dataset = iccgraph.open("http://localhost:8000/")
mine = "city/barcelona"
cities = dataset.graph("city-city")

# %% [markdown]
# Two cities are joined in this graph if both have a practice on at least one topic of the ICC Index.
# `weight` is how many topics they share, `jaccard` how many of those that either has.

# %%
links = dataset.graph("city-topic")
rows = [
    {"city": other, "name": cities.nodes[other]["label"], **edge}
    for other, edge in cities[mine].items()
]
order = ["jaccard", "weight", "city"]
alike = pd.DataFrame(rows).sort_values(order, ascending=[False, False, True])
alike[["name", "weight", "jaccard"]].head(8).reset_index(drop=True)

# %% [markdown]
# And which topics are these?


# %%
def topics_of(city):
    return {links.nodes[topic]["label"] for topic in links[city]}


first = alike.iloc[0]
print(first["name"], "and", cities.nodes[mine]["label"], "both work on:")
print(*sorted(topics_of(mine) & topics_of(first["city"])), sep="\n")

# %% [markdown]
# ## How much does it say?
#
# A city with many topics shares some with nearly every other one, whatever it does.
# So compare with chance: if a city with `a` topics had drawn them blindly out of all `n`, and one with `b` too, how often would they share as many as they do?
# That is the hypergeometric test; `q` is its p value for a reader who looks at all pairs at once (Benjamini and Hochberg).

# %%
n = sum(1 for node in links if node.startswith("topic/"))
sizes = {city: links.degree(city) for city in cities}


def chance(a, b, shared):
    """Return how often two blind draws share as many topics, or more."""
    ways = sum(math.comb(a, k) * math.comb(n - a, b - k) for k in range(shared, min(a, b) + 1))
    return ways / math.comb(n, b)


names = sorted(cities)
pairs = pd.DataFrame(
    [
        (one, two, cities.get_edge_data(one, two, {"weight": 0})["weight"])
        for place, one in enumerate(names)
        for two in names[place + 1 :]
    ],
    columns=["one", "two", "shared"],
)
pairs["expected"] = [sizes[r.one] * sizes[r.two] / n for r in pairs.itertuples()]
pairs["p"] = [chance(sizes[r.one], sizes[r.two], r.shared) for r in pairs.itertuples()]
ranks = pairs["p"].rank(method="first")
pairs["q"] = (
    (pairs["p"] * len(pairs) / ranks).loc[ranks.sort_values(ascending=False).index].cummin()
)

low = int((pairs["q"] < 0.05).sum())
print(f"{len(cities)} cities make {len(pairs)} pairs; with q below 0.05: {low}.")
if low == 0:
    print("No pair of cities shares more topics than chance would give.")
else:
    print("These pairs share more topics than chance would give:")
    print(pairs[pairs["q"] < 0.05].to_string(index=False))

# %% [markdown]
# The sentence above is computed: it changes when the data do.
# As long as no pair differs from chance, “alike” means no more than “both have told the programme of practices on these topics”.
# That is a good reason to read their practices, and no finding about the cities.
#
# The test is generous, for it takes all topics as equally frequent: two cities that share a topic that nearly everybody has count as much as two that share a rare one.
# Models that keep how frequent each topic is (the bipartite configuration model, [Neal, Domagalski and Sagan 2021](https://doi.org/10.1038/s41598-021-03238-3)) are stricter.

# %% alt="Points: the topics that each of the ten most similar cities shares with Barcelona, beside what chance would give"
shown = alike.head(10).iloc[::-1]
expected = [sizes[mine] * sizes[city] / n for city in shown["city"]]
figure, axes = plt.subplots(figsize=(8, 4.2), layout="constrained")
axes.hlines(shown["name"], expected, shown["weight"], color="0.7", zorder=1)
axes.scatter(expected, shown["name"], marker="|", s=120, color="0.2", label="by chance")
axes.scatter(shown["weight"], shown["name"], color="0.2", label="shared")
axes.set(title=f"Topics shared with {cities.nodes[mine]['label']}, and by chance", xlabel="topics")
axes.set_xlim(left=0)
axes.spines[["top", "right"]].set_visible(False)
axes.legend(loc="lower right", frameon=False)
figure.supxlabel(f"Source: iccgraph, release {dataset.name}", fontsize=8)
plt.show()

# %% [markdown]
# ## What to do with it
#
# Read what the most similar city does, on the topics of both:

# %%
key = first["city"].removeprefix("city/")
both = set(links[mine]) & set(links[first["city"]])
read = dataset.practices
here = read["cities"].map(lambda keys: key in keys)
on_both = read["topics"].map(lambda keys: any(f"topic/{topic}" in both for topic in keys))
for title in read[here & on_both]["title"]:
    print(title)
