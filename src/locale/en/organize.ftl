# Starting and running a petition.
