# Mails. They may be read over someone's shoulder, or by an employer: no word here names what the code is for.

mail-subject = Verification code
mail-code-intro = Your verification code:
mail-link-intro = Or open this page and press its button:
mail-code-hours = It works for { $hours ->
    [one] one hour
   *[other] { $hours } hours
  }.
mail-code-last = It is the last one for today; this code and the ones before it work.
mail-not-asked = If you did not ask for it, ignore this mail. Nothing happens then.

mail-test-subject = Test
mail-test-text = This is a test. Mail from this address arrives here.
mail-test-nothing = There is nothing to do. If you did not ask for it, ignore this mail.
