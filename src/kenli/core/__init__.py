"""Ground floor: units, errors, time, money and cited numbers. Knows no park."""
