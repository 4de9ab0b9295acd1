"""From weather to profiles: what the sky, the wind and the ground offer in every step.

`weather` holds one site's series; `readers`, `fetch` and `synthetic` make them; `pv`, `wind`,
`heat_pump`, `geothermal` and `degree_days` turn them into availabilities, efficiencies and loads.
"""
