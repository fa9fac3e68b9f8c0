"""What a model's card holds beside the network, fitted to pieces by people."""
