"""발굴: calls on ministries for tasks they could take on, their candidates, and what the office decides on them."""
