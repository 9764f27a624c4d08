"""What readers may ask lists for; forms validate and never save."""
