DROP TABLE employer_search;
DROP TABLE petition_search;
