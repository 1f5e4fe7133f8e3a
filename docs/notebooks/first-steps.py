# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # First steps
#
# How to open the data, look at it, count, draw, and say afterwards what you have used.
# You need `pip install 'iccgraph[research,notebooks]'`, and the address of a site or a folder of releases.

# %%
import iccgraph

dataset = iccgraph.open("http://localhost:8000/")
dataset.name

# %% [markdown]
# That is the name of the release: the state of the data on one day.
# All frames below are of this release, whatever is published meanwhile; cite it with your results.
#
# ## Tables
#
# Each table is a frame of pandas, fetched and read when you ask for it.

# %%
practices = dataset.practices
practices.loc[2, ["title", "country", "cities", "topics", "first_year", "last_year"]]

# %% [markdown]
# A cell with several values, such as the cities and topics here, is a list.
# `explode` gives each of them a row of its own; count practices by their key, so that none counts twice.

# %%
by_topic = practices[["key", "topics"]].explode("topics").groupby("topics")["key"].nunique()
labels = dataset.topics.set_index("key")["label_en"]
by_topic.rename(labels).nlargest(5)

# %% [markdown]
# What is not known is missing, and never a zero.
# `first_year` is that of an interval; where the source names single years, they stand in `years`.

# %%
single = practices["years"].map(lambda years: min(years, default=None)).astype("Int64")
began = practices["first_year"].fillna(single)
print(f"{len(practices)} practices, {began.isna().sum()} of them without a year")

# %% [markdown]
# ## A picture

# %% alt="Bars: how many practices began in each year for which the source tells one"
import matplotlib.pyplot as plt

counts = began.dropna().astype(int).value_counts().sort_index()
figure, axes = plt.subplots(figsize=(8, 3.6), layout="constrained")
axes.bar(counts.index, counts.to_list(), color="0.35")
axes.set(title="Practices by the year in which they began", ylabel="practices")
axes.spines[["top", "right"]].set_visible(False)
figure.supxlabel(f"Source: iccgraph, release {dataset.name}", fontsize=8)
plt.show()

# %% [markdown]
# Practices enter the collection when cities tell the programme about them, so this is a picture of what was told as much as of what was done.
#
# ## Joining tables
#
# Keys join everything: `practices.cities` are keys of `cities`, whose `country` is a key of `countries`.

# %%
names = dataset.countries.set_index("key")["name"]
dataset.cities.query("in_programme")["country"].map(names).value_counts().head()

# %% [markdown]
# ## Networks
#
# Who works on what is also a graph of networkx, with two kinds of nodes.

# %%
graph = dataset.graph("city-topic")
print(graph)
sorted(
    (graph.nodes[topic]["label"], edge["weight"]) for topic, edge in graph["city/barcelona"].items()
)

# %% [markdown]
# ## To say what you have used

# %%
print(dataset.citation.replace(". ", ".\n"))
