DROP TABLE contract_source;
DROP TABLE petition_contract;
DROP TABLE contract;
