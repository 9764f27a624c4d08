"""Both sides of every comparison measured in one run; only `./test --bench` runs them."""
