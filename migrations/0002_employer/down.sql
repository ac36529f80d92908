DROP TABLE employer_search;
DROP TABLE employer_domain;
DROP TABLE employer;
