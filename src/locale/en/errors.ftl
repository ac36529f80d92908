# What is wrong with an input, and what to do about it.

## Any text

text-empty = Fill this in.
text-too-long = This is too long. Use { $max } characters at most.
text-too-short = This is too short. Use at least { $min } characters.
text-nul = This holds an empty character (NUL), which usually comes from copying. Type it again by hand.
text-control = There is a control character ({ $code }) after “{ $before }”, which usually comes from copying. Delete it, or type this part again.
text-control-first = This begins with a control character ({ $code }), which usually comes from copying. Delete it, or type this part again.
text-direction = There is an invisible character ({ $code }) after “{ $before }” that changes the reading direction. Delete it, or type this part again.
text-direction-first = This begins with an invisible character ({ $code }) that changes the reading direction. Delete it, or type this part again.
text-invisible = There is an invisible character ({ $code }) after “{ $before }”, which usually comes from copying. Delete it, or type this part again.
text-invisible-first = This begins with an invisible character ({ $code }), which usually comes from copying. Delete it, or type this part again.
text-unreadable = There is a character ({ $code }) after “{ $before }” that other screens cannot show. Delete it, or type this part again.
text-unreadable-first = This begins with a character ({ $code }) that other screens cannot show. Delete it, or type this part again.
text-marks = This holds a letter with too many marks stacked on it, or a mark without a letter. Type it with plain letters.
text-look-alike = This mixes letters of different alphabets that look alike, or uses decorated letters. Type each word with the plain letters of one alphabet.
text-sign = This holds a sign that names are not written with. Use letters, digits, spaces, hyphens, apostrophes and points.
text-begins = Do not begin with =, +, - or @: spreadsheet programs would take it for a formula. Begin with a letter or a digit.
text-link = Leave out addresses and links.
text-no-letter = Use at least one letter.

## Mail addresses

address-empty = Enter your mail address.
address-too-long = This mail address is too long. Check that it is a single address.
address-shape = This is not a mail address. Write it like name@example.com, without spaces or quotation marks.
address-several = Enter one mail address only.
address-sign = Some mail servers would send mail to this address elsewhere. Use an address that has only letters, digits, points, hyphens, underscores, plus signs and apostrophes before the @, and does not begin with a hyphen.
address-letters = The part before the @ can only hold letters without accents, digits and a few signs. If your address is really written like this, use another one.
address-domain = The part after the @ is not complete. It needs a name and an ending, as in example.com.

## Mail domains of employers

domain-empty = Enter a mail domain, such as example.com.
domain-shape = This is not a mail domain. Write it like example.com, without a path or spaces.
domain-ip = Enter a name such as example.com, not an IP address.
domain-public-suffix = Anyone can have an address under this ending. Enter the employer’s own domain, such as example.com.
domain-public-provider = Anyone can get an address from this mail provider. Enter a domain whose mailboxes the employer gives out.

## A petition being written

problem-no-domain = Give at least one mail domain, such as example.com.
problem-no-demand = Write at least one demand.
problem-no-contract = Describe at least one contract.
problem-no-source = Give at least one public source for this contract.
problem-no-employer = Choose or propose at least one employer.
problem-no-proof = Choose at least one of the two: work addresses or invitations.
problem-employer-listed = An employer with this name is listed already. Choose it from the list.
problem-choose = Choose one of the answers.
problem-too-many = These are too many. Keep { $max } at most.
problem-not-a-number = Enter a whole number in digits, such as 1200.
problem-not-a-currency = Enter the three letters of a currency, such as USD.
web-address-form = Enter a web address that begins with https:// or http://, such as https://example.org/report.
web-address-space = This web address holds a space or a line break. Copy it again, in one piece.
web-address-host = This web address names no site that readers can open. Enter one such as https://example.org/report.
web-address-user = This web address holds a user name or a password before the @. Leave that part out.
problem-no-day = Choose a day.
problem-not-a-day = Enter a day as year, month and day, such as 2026-06-03.
problem-day-is-past = This day has passed. Choose a later one.
problem-day-too-far = A petition closes within twelve months of opening. Choose an earlier day.
problem-before-closing = This day lies before the last day to sign. Choose the same day or a later one.
problem-ends-before-it-starts = The last day lies before the first. Change one of them.
problem-head-count-alone = Give the head count together with its public source, or neither.
problem-no-sealing-key = Give the trustee’s public key, or leave all three fields empty
problem-not-a-sealing-key = This is not a public key as “undersigned sealing-key” prints it: 43 letters, digits, dashes and underscores
problem-reveal-too-low = Choose at least { $min }: among fewer, a name says too much

## Who can sign

address-outside-domains = This address is not at one of the employer’s mail domains. Use your work address there, or one of the other ways to sign, if this page offers any.
address-role-mailbox = Several people read mailboxes like this one, so it cannot prove who signs. Use an address that only you read.
address-work-address = This is a work address. Choose “By my work address” above, or enter a personal address.
proof-not-taken = Choose how we can verify your signature.

## Codes

code-shape = This is not a code. It has 8 letters and digits, like 7K3M-9QXT.
code-wrong =
    { $n ->
        [0] This is not a code that was mailed for this petition. Go back to the form and ask for a new one.
        [one] This is not a code that was mailed for this petition. You can try once more.
       *[other] This is not a code that was mailed for this petition. You can try { $n } more times.
    }
code-too-old = This code was mailed more than 24 hours ago. Go back to the form and ask for a new one.
code-exhausted = Too many wrong codes were typed here. Go back to the form and ask again; the codes from earlier mails still work there.
withdrawal-code-shape = This is not a withdrawal code. It has 28 letters and digits, in seven groups of four.
withdrawal-code-mistyped = One of the characters is mistyped. Compare the code with what you wrote down.
withdrawal-code-unknown = No signature has this withdrawal code. Compare it with what you wrote down.

## Passphrases

passphrase-too-short = This is too short. Use at least { $min } characters, for example four or five words that do not belong together.
passphrase-too-long = This is too long. Use at most 1,024 bytes.
passphrase-common = This is one of the passphrases that are tried first. Choose another.
passphrase-guessable = This could be guessed. Use more words, or words that do not belong together.
