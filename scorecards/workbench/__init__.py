"""The statistics workbench: counts from anywhere, studied with the product's own formulas."""
