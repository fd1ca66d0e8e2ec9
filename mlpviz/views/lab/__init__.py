"""The Lab: data, network, training, and what the network makes of them."""
