"""How a run is carried out: on which device, by how many processes, and where it writes."""
