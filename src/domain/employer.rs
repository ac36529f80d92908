//! Employers: whose staff are asked to sign, and under which mail domains they can prove it.
