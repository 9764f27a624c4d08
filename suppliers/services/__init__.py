"""What changes things: one module per noun, keyword-only, atomic."""
