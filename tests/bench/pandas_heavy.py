"""A notebook that is at work in pandas nearly all the time: cells as an analyst writes them."""

from __future__ import annotations

_SETUP = """
import numpy as np, pandas as pd
rng = np.random.default_rng(0)
pd.DataFrame({
    "customer": rng.integers(0, 20_000, rows), "product": rng.integers(0, 500, rows),
    "day": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 365, rows), unit="D"),
    "price": rng.gamma(2.0, 20.0, rows).round(2), "amount": rng.integers(1, 9, rows),
    "channel": rng.choice(["shop", "web", "phone"], rows), "note": rng.choice(["", "gift", "urgent"], rows),
}).to_csv("sales.csv", index=False)
pd.DataFrame({"customer": range(20_000), "country": rng.choice(list("ABCDEF"), 20_000),
              "age": rng.integers(18, 90, 20_000)}).to_csv("customers.csv", index=False)
"""


def setup(rows: int) -> str:
    """A cell that writes the two tables: sales of so many rows, and their customers."""
    return f"rows = {rows}{_SETUP}"


_NOTEBOOK = """\
import numpy as np
import pandas as pd
# %%
sales = pd.read_csv("sales.csv", parse_dates=["day"])
sales.head()
# %%
customers = pd.read_csv("customers.csv")
customers.describe()
# %%
sales.info()
sales.isna().sum()
# %%
sales["total"] = sales["price"] * sales["amount"]
sales["month"] = sales["day"].dt.month
# %%
sales = sales[sales["total"] > 1.0].copy()
len(sales)
# %%
sales.groupby("channel")["total"].agg(["count", "mean", "median", "std"])
# %%
monthly = sales.groupby(["month", "channel"], as_index=False)["total"].sum()
monthly.pivot(index="month", columns="channel", values="total")
# %%
joined = sales.merge(customers, on="customer", how="left")
joined.shape
# %%
joined["band"] = pd.cut(joined["age"], [17, 30, 45, 60, 90])
joined.groupby(["country", "band"], observed=True)["total"].mean().unstack()
# %%
for name in joined.columns:
    joined[name].nunique()
# %%
parts = []
for country, group in joined.groupby("country"):
    part = group.nlargest(50, "total").assign(rank=range(1, 51))
    parts.append(part)
top = pd.concat(parts, ignore_index=True)
top.head()
# %%
for product in range(200):
    one = sales.loc[sales["product"] == product, "total"]
    one.mean()
# %%
joined["gift"] = joined["note"].fillna("").str.contains("gift").astype(int)
joined = joined.drop(columns="note").rename(columns={"band": "age_band"})
# %%
daily = sales.set_index("day").sort_index()["total"].resample("D").sum()
daily.rolling(7).mean().dropna().describe()
# %%
features = joined.groupby("customer").agg(
    spent=("total", "sum"), orders=("total", "size"), last=("day", "max"), products=("product", "nunique"),
    age=("age", "first"),
)
features.tail()
# %%
features["days"] = (pd.Timestamp("2026-01-01") - features["last"]).dt.days
features["per_order"] = features["spent"] / features["orders"]
# %%
features = features.query("orders > 2 and days < 300")
features.corr(numeric_only=True)
# %%
scaled = features.drop(columns="last").apply(lambda column: (column - column.mean()) / column.std())
# %%
tall = scaled.melt(ignore_index=False)
tall.groupby("variable")["value"].describe()
# %%
for _, row in features.head(500).iterrows():
    row["spent"] / row["orders"]
# %%
total = 0
for i in range(300):
    total += features.iloc[i]['spent']
total
# %%
features.to_csv("features.csv")
top.to_csv("top.csv", index=False)
# %%
again = pd.read_csv("features.csv", index_col="customer")
again.equals(features)"""

CELLS = tuple(_NOTEBOOK.split("\n# %%\n"))
