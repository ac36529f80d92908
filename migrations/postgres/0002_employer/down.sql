DROP TABLE employer_domain;
DROP TABLE employer;
