DROP TABLE petition_search;
DROP TABLE petition_crowd;
DROP TABLE petition_member;
DROP TABLE petition_domain;
DROP TABLE petition_employer;
DROP TABLE petition_demand;
DROP TABLE petition;
