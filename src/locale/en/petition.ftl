# The list of petitions, and a petition.
