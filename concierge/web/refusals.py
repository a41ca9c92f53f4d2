"""Words for what is refused: by the domain, by a form, by the look into a file. Each says what to do, never blames."""

from flask_babel import lazy_gettext as _l

from concierge.web.travel_refusals import FIRM, TRAVEL

# What the domain and the forms refuse. Each says what to do, never blames.
ERROR = {
    "stale": _l("Somebody else changed this in the meantime. See the newest state, then try again."),
    "not_allowed": _l("You may not do this. Ask a lead of your hospital."),
    "gate_closed": _l("This step is not finished yet. See what is missing."),
    "enquiry_taken": _l("A colleague was faster and has taken this enquiry."),
    "too_many": _l("Too many tries. Wait 15 minutes and try again, or call us."),
    "chat_too_much": _l("You have written many messages in a short time. Wait 5 minutes, then send again."),
    "chat_ended": _l("This chat has ended. Your last message was not sent; it is kept below."),
    "already_taken": _l("Somebody was faster. Nothing was done twice."),
    **FIRM,
    **TRAVEL,
    "slot_taken": _l("This time is already taken. Choose another time or another person."),
    "form_too_fast": _l("This page was sent very fast or is too old. What you typed is kept; send it again."),
    "form_too_old": _l("This page is too old. What you typed is kept; send it again."),
    "date_in_past": _l("This day is over. Choose a day from today on."),
    "time_in_past": _l("This time is over. Choose a time in the future."),
    "time_needed": _l("Enter a date and a time"),
    "time_does_not_exist": _l(
        "On this day the clocks go forward, and this time does not exist. Check the ticket."
    ),
    "choose_one": _l("Choose one of those that are free."),
    "not_on_quarter": _l("Choose a time on the quarter-hour, for example 14:15."),
    "ends_before_start": _l("The end must be after the start."),
    "too_long": _l("This is longer than 12 hours. Book it in parts."),
    "not_discreet": _l("Strangers can read this. Leave out illness and department; a name is enough."),
    "no_whole_number": _l("Enter a whole number"),
    "empty": _l("Enter an amount"),
    "garbage": _l("Enter an amount in figures, for example 1250.00"),
    "negative": _l("Enter an amount above zero"),
    "separators": _l("Enter the amount with one decimal sign, for example 1250.00"),
    "too_many_decimals": _l("This currency has fewer decimals. Enter the amount again."),
    "too_large": _l("This amount is too large. Check the figures."),
    "other_currency": _l("The amount is in another currency than expected."),
    "unknown_currency": _l("This currency is not known."),
    "patient_is_no_caregiver": _l("Choose how this person is related to the patient"),
    "already_takes_part": _l("This person takes part already. You can change what they see below."),
    "caregiver_gone": _l("This person does not take part any more."),
    "messages_stopped": _l(
        "This case is closed and no more messages are sent. Call the family if you need to."
    ),
    "message_empty": _l("Write something first"),
    "colleague_replied": _l(
        "%(name)s has replied since you opened this page. Read it above. Your text is kept; "
        "send it again to send it anyway."
    ),
    "words_in_future": _l("Enter a time that has passed, on the clock of the hospital."),
    "template_english": _l("Write the English text. It stands in where a language is missing."),
    "placeholder_unknown": _l("There is no placeholder %(name)s. Take one of those named above."),
    "placeholder_lost": _l(
        "The placeholder %(name)s is missing here, and another language has it. Put it in, or take it out everywhere."
    ),
    "template_code_taken": _l("Another template has this short name. Choose another one."),
    "code_letters": _l("Use small letters a to z, digits and _, at most 40."),
    "case_unknown": _l("There is no case of yours with this reference, for example C-2026-00417."),
    "call_in_future": _l("Enter a time that has passed. A call is noted after it took place."),
    "call_minutes": _l("Enter how many minutes it took, from 0 to 600"),
    "sign_in_wrong": _l(
        "This e-mail address and this password do not fit. After 10 wrong tries, sign-in rests for 15 minutes."
    ),
    "code_wrong": _l("This is not the code that we sent. Look again, and enter all 6 digits."),
    "too_many_codes": _l("You asked for many codes. Wait 15 minutes and try again, or call us."),
    "password_wrong": _l("This is not your present password"),
    "password_short": _l("Use at least 12 characters. Several words are easy to remember."),
    "currency_mismatch": _l("All lines must be in one currency."),
    "estimate_is_issued": _l("This version was issued in the meantime. See the newest state."),
    "estimate_needs_lines": _l("Add at least one line before you issue the estimate."),
    "estimate_has_newer_version": _l(
        "There is a newer version of this estimate. Please read the newest one."
    ),
    "approval_needed": _l("A second person must approve this estimate before it is issued."),
    "tariff_ended": _l("The tariff of these lines has ended: %(codes)s. Price them anew, or take them out."),
    "good_faith_incomplete": _l("A good-faith estimate lacks something. See what is named below."),
    "range_upside_down": _l("The highest price is below the lowest. Check both."),
    "outside_tariff": _l("Stay within the prices of the tariff."),
    "payer_needed": _l("Enter who pays this part."),
    "percent_or_amount": _l("Enter either a percent or an amount."),
    "percent_in_range": _l("Enter a whole percent from 0 to 100."),
    "split_too_large": _l("The payers together take over more than the whole estimate. Lower a part."),
    "too_many_shares": _l("An estimate takes at most 6 payers beside the patient."),
    "estimate_still_valid": _l("This estimate is still valid."),
    "estimate_expired": _l("This estimate is no longer valid. Ask us to renew it."),
    "quantity_above_zero": _l("Enter how many, at least 1. To take the line out, press Remove."),
    "tariff_of_another_hospital": _l("Choose a service from the list."),
    "price_overlaps": _l("This code has a price on these days already. End that one first, or begin later."),
    "price_has_ended": _l("This has ended already. See the newest state."),
    "price_stands": _l("A price that is there is not changed. Write a row with a later first day for the new price."),
    "new_price_too_early": _l("Choose a day from today on, after the first day of the present one."),
    "end_is_later": _l("It ends earlier already. To go on, begin a new one."),
    "tariff_code_shape": _l("Use letters a to z, digits and - . _ /, at most 20."),
    "tariff_currency": _l("This hospital has its prices in %(currency)s."),
    "tariff_unknown": _l("There is no price of this code on the first day of the package."),
    "package_needs_lines": _l("Enter the code of at least one service."),
    "package_overlaps": _l("There is a package with this code on these days already. End that one first."),
    "rule_overlaps": _l(
        "A row for the same illness and payer holds or is proposed on these days. End that one first, or begin later."
    ),
    "rule_is_decided": _l("This proposal was decided already. See the newest state."),
    "evaluation_not_over": _l("The evaluation is not over yet. What it has cost is noted after that."),
    "import_is_done": _l("This file was imported already. Nothing was done twice."),
    "import_changed": _l("The prices were changed in the meantime. See below what the file would do now."),
    "file_one_at_a_time": _l("Choose one file."),
    "file_too_long": _l("This file is larger than 8 MB. Send it in parts."),
    "file_is_not_utf8": _l("This file is not in UTF-8. Save it as “CSV UTF-8” and choose it again."),
    "file_is_no_table": _l("This file cannot be read as a table. Save it as “CSV UTF-8” and choose it again."),
    "file_has_no_rows": _l("There is no row below the names of the columns."),
    "file_too_many_rows": _l("This file has more than %(most)s rows. Send it in parts."),
    "file_changes_nothing": _l("Nothing to import: all %(count)s rows are there already, unchanged."),
    "column_missing": _l("This column is missing. See the list of columns."),
    "column_unknown": _l("This column is not known. See the list of columns."),
    "column_twice": _l("This column is there twice."),
    "cells_and_columns_differ": _l("This row has more or fewer cells than there are columns."),
    "cell_empty": _l("This cell must not be empty."),
    "cell_too_long": _l("Use at most %(most)s characters."),
    "phase_unknown": _l("This phase is not known. See the list of phases."),
    "day_shape": _l("Enter a date that exists, as year-month-day, for example 2026-12-08"),
    "note_payer_first": _l("Note who pays first, on the Consult page. The deposit depends on it."),
    "journal_unbalanced": _l("The entry does not balance, so nothing was written. Tell your administrator."),
    "no_deposit_rule": _l("The deposit table has no row for this case. Ask your lead to add one."),
    "deposit_rules_overlap": _l(
        "Two rows of the deposit table fit this case. Ask your lead to end one of them."
    ),
    "deposit_is_requested": _l("The deposit was requested already."),
    "deposit_rule_is_same": _l("The rule of today is the one by which the deposit was requested."),
    "deposit_currency_differs": _l("Money has arrived in the old currency, and the new rule has another one."),
    "deposit_has_money": _l("Money is here or under way. It goes back as a refund."),
    "rate_line_unclear": _l("Line %(line)s is not clear. Write base, quote and rate, for example USD,SAR,3.75"),
    "rate_currency_unknown": _l("Line %(line)s names a currency that does not exist."),
    "nothing_to_pay": _l("There is nothing to pay at the moment."),
    "card_is_not_by_hand": _l("Choose bank transfer or counter. Card payments come from the card service."),
    "date_must_be_past": _l("Enter a day that is not in the future."),
    "dates_upside_down": _l("The last day must not be before the first day."),
    "bank_line_is_decided": _l(
        "A colleague has matched this transfer or set it aside in the meantime. Nothing was done twice."
    ),
    "bank_line_goes_out": _l("This money went out. It cannot pay a deposit."),
    "bank_line_too_much": _l("This is more than is left of the transfer. Enter smaller amounts."),
    "shares_do_not_add_up": _l(
        "The amounts do not add up to the transfer. Change them, or tick that the rest stays open."
    ),
    "no_share": _l("Enter an amount for at least one case."),
    "statement_unreadable": _l(
        "This is no bank statement that we can read: camt.053, MT940 or CSV. Ask the bank for one of them."
    ),
    "statement_too_large": _l("This file is too large. Export fewer days at a time."),
    "statement_encoding": _l(
        "The letters in this file cannot be read. Export it in UTF-8, or change the layout of text files."
    ),
    "statement_forged": _l(
        "This file holds something that no bank sends. Nothing was taken in. Ask your administrator."
    ),
    "statement_empty": _l("There is no transfer in this file."),
    "statement_line": _l("Line %(line)s of this file cannot be read. Nothing was taken in."),
    "statement_other_account": _l("This statement is of another account: %(account)s. Nothing was taken in."),
    "statement_no_columns": _l(
        "The columns of this file are not known yet. Say in the layout of text files what they are called."
    ),
    "payment_is_decided": _l("Somebody else has decided on this payment. See the newest state."),
    "refund_is_decided": _l("Somebody else has changed this refund. See the newest state."),
    "refund_is_approved": _l("A colleague was faster and has approved this refund."),
    "refund_is_sent": _l("A colleague was faster and has sent this refund."),
    "refund_above_payment": _l("This is more than can still go back of this payment: %(left)s."),
    "no_payment_left": _l("No payment has so much left that can go back."),
    "payment_not_confirmed": _l("Choose a payment that is confirmed."),
    "receiver_needed": _l("Enter who receives the money."),
    "answer_not_told": _l("The family does not know our answer yet. Tell them first, then approve the refund."),
    "money_not_held": _l("We do not hold this amount for the payer. See the journal."),
    "money_not_here": _l("This money is not with us at the moment. See the journal."),
    "card_goes_by_card": _l("A card payment goes back to its card."),
    "not_by_card": _l("This refund goes by bank transfer or at the counter."),
    "bank_reference_needed": _l("Enter the reference of the bank."),
    "day_must_be_later": _l("Enter a day after the promised one."),
    "day_too_late": _l("Enter a day within the next three months."),
    "guarantee_is_decided": _l("Somebody else has decided on this letter. See the newest state."),
    "guarantor_is_named": _l("Somebody else has named the guarantor of this letter. See the newest state."),
    "payer_of_another_hospital": _l("This payer belongs to another hospital. Choose one of this hospital."),
    "letter_not_accepted": _l("Only an accepted letter can be amended."),
    "amendment_waits": _l("Another amendment of this letter waits for a second person. Decide on it first."),
    "amendment_changes_nothing": _l("This is what the letter says already. Change the limit, the day or the services."),
    "limit_below_bills": _l("Bills have already used more of this letter than the new limit allows."),
    "guarantor_stop_rule": _l("The stop rule of this guarantor holds. Enter why the letter is taken nevertheless."),
    "lead_needed": _l("The stop rule of this guarantor holds. Only a lead may take the letter, with a reason."),
    "not_of_this_case": _l("Choose a document of this case."),
    "letter_scan_needed": _l("Choose a document of the case, or a file."),
    "letter_does_not_pay": _l("The letter does not pay all of this. Say what shall be done."),
    "government_refusal_stands": _l(
        "The law forbids it for beneficiaries of a US government programme. Nobody may approve it. The family can pay."
    ),
    "nothing_booked": _l("No booking of the trip has a cost in the currency of this estimate."),
    "nothing_to_approve": _l("Everything is granted already."),
    "no_letter_for_this": _l("No letter of guarantee can pay this. The hospital or the family pays it."),
    "service_of_trip": _l("This belongs to a booking of the trip. Change who pays it on the Travel page."),
    "letter_cannot_pay": _l("The letter cannot pay this, with or without a reason. Let the patient pay it."),
    "service_without_price": _l("This line has no price yet. Give it a price in the estimate first."),
    "service_has_moved_on": _l("Somebody else has changed this service. See the newest state."),
    "letter_not_valid_that_day": _l(
        "The letter is not valid on that day. Let the patient pay, or wait for an amendment."
    ),
    "above_what_is_left": _l("The bill is above what other bills left of the letter."),
    "nothing_to_swap": _l("There is no deposit that the letter could take the place of."),
    "deposit_is_swapped": _l("A letter took the place of this deposit already."),
    "payment_waits": _l("A payment of this deposit waits or needs attention. Settle it first."),
    "letter_does_not_cover": _l("The letter does not cover the estimate, so the deposit stays."),
    "swap_is_undone": _l("Somebody else has taken this back already."),
    "money_went_back": _l("Money has gone back already, so this cannot be taken back."),
    "second_person_needed": _l("A second person must do this: not the one who noted it."),
    "reason_needed": _l("Enter the reason."),
    "date_must_be_future": _l("Enter a day in the future."),
    "nothing_to_tell": _l("There is no signed decision that still has to be told."),
    "tell_first": _l("Tell our answer in person first."),
    "no_answer_yet": _l("Our doctors have not finished yet. We call you before you read anything here."),
    "answered_already": _l("You said yes already. If something has changed, write to us or call us."),
    "question_needed": _l("Write your question"),
    "no_question": _l("This question was answered already."),
    "hold_dates_first": _l("Hold the evaluation dates first."),
    "no_letter": _l("There is no valid letter."),
    "day_past": _l("This day has passed. Choose a later one."),
    "days_upside_down": _l("The last day must not be before the first day."),
    "day_closed": _l("The hospital is closed on this day of the week. Choose a working day."),
    "day_closed_holiday": _l("The hospital is closed on this day: %(holiday)s. Choose a working day."),
    "days_too_few": _l(
        "An evaluation takes 3 to 5 working days. From the first to the last day there are %(days)s."
    ),
    "days_too_few_holiday": _l(
        "An evaluation takes 3 to 5 working days. From the first to the last day there are %(days)s, because the "
        "hospital is closed: %(holiday)s."
    ),
    "days_too_many": _l(
        "An evaluation takes 3 to 5 working days. From the first to the last day there are %(days)s."
    ),
    "days_too_many_holiday": _l(
        "An evaluation takes 3 to 5 working days. From the first to the last day there are %(days)s, without the "
        "days on which the hospital is closed: %(holiday)s."
    ),
    "outside_hours": _l("The hospital is closed at this time. Choose a time within its opening hours."),
    "outside_dates": _l("Choose one of the days that are held for the evaluation."),
    "appointment_gone": _l("This appointment was cancelled in the meantime."),
    "unknown_resource": _l("Choose a name from the list."),
    "held_before_end": _l("The planned days are not over. Tick the box if the evaluation ended early."),
    "checked_by_needed": _l("Enter who checked the translation"),
    "write_plan_first": _l("Write the plan first."),
    "explain_plan_first": _l("Explain the plan in person first."),
    "acknowledge_first": _l("Confirm first that the plan was explained to you."),
    "folder_is_handed_over": _l("The folder was handed over. The plan cannot be changed any more."),
    "return_day_needed": _l("Enter the day on which you want to come back"),
    "day_too_far": _l("Enter a day within the next 2 years"),
    "services_needed": _l("Tick at least one part that the letter covers."),
    "case_not_open": _l("This case is closed. Ask a lead to take it up again first."),
    "finding_reason_needed": _l("Write for the family what is wrong and what to send instead."),
    "record_listed": _l("This record is on the list already."),
    "not_in_review": _l("A decision is signed while the case is in the review step."),
    "outcome_words_needed": _l("Write the words that the family will read or hear."),
    "asked_records_needed": _l("Tick at least one record that you need."),
    "another_reviewer_signs": _l("You asked for a second reviewer. Another reviewer signs now."),
    "review_taken": _l("Another reviewer has taken this review."),
    "signature_wrong": _l("This is not your password. Nothing was signed; what you typed is kept."),
    "signature_locked": _l(
        "Too many wrong passwords. Nothing was signed; what you typed is kept. Try again in 15 minutes."
    ),
    "override_needs_reason": _l("This step is not finished yet. Enter a reason to move on anyway."),
    "one_step_at_a_time": _l("Move the case one step at a time."),
    "case_not_closed": _l("This case is open already."),
    "wrong_role": _l("This person does not have this role any more. Choose somebody else."),
    "name_needed": _l("Enter at least one name"),
    "email_taken": _l("Another person signs in with this address. Ask for an address of the patient's own."),
    "who_knows_needed": _l("Choose what the patient knows"),
    "check_death": _l("Check this once more, then tick the box."),
    "payer_name_needed": _l("Enter the name of the payer"),
    "patient_is_last": _l("The patient is always the last payer and needs no line. Choose who else pays."),
    "no_insurance": _l("This payer is no insurer, so there is no cover to ask about."),
    "check_is_decided": _l(
        "A colleague has noted the outcome meanwhile. Yours is not saved; what you typed is kept below."
    ),
    "met_above_whole": _l("This part must not be larger than the whole, and the whole must be known."),
    "letter_needed": _l("Say which letter the payer demands"),
    "programme_too_late": _l("The case has gone further than this programme goes."),
    "records_needed": _l("Tick at least one record"),
    "day_stands_elsewhere": _l("This day stands elsewhere: with the deposit, or with the dates of the evaluation."),
    "task_words_needed": _l("Say what is to be done"),
    "task_cancelled": _l("This task is not needed any more: the case has gone on or is closed."),
    "not_your_task": _l("Only the person who did this task can take it back."),
    "not_your_case": _l("Only this person or a lead can hand these cases over."),
    "same_person": _l("Choose somebody else: this person has the cases already."),
    "nothing_to_hand_over": _l("There is no case to hand over."),
    "no_such_case": _l("There is no case with this reference at your hospital."),
    "country_needed": _l("Choose the country"),
    "call_time_taken": _l("This time is not free any more. Choose one of the nearest times, or another day."),
    "call_is_booked": _l("A call is booked already. See it, and change it if you need another time."),
    "call_not_booked": _l("This call was cancelled or held in the meantime. See the newest state."),
    "call_not_begun": _l("The call has not begun yet. You can note this from its hour on."),
    "call_is_finished": _l("This call was finished in the meantime. See its notes on the Consult page."),
    "no_specialist": _l("Nobody has taken this case yet. A call can be booked after that."),
    "call_place_unknown": _l(
        "It is not noted in which country the patient is now. Note it on the page of the programme first."
    ),
    "call_place_without_rule": _l(
        "Our hospital has no rule for the country in which the patient is now. A call is not possible there."
    ),
    "call_place_unknown_family": _l(
        "Before a call we have to know in which country the patient is now. Write it to us in a message, please."
    ),
    "call_place_without_rule_family": _l(
        "Our doctors may not see patients by phone or video in the country where the patient is now. Write to us; we"
        " look for another way together."
    ),
    "number_needed": _l("Enter the number that we call"),
    "wish_needed": _l("Tell us which days and hours suit you"),
    "sheet_changed": _l(
        "A colleague has saved other notes of this call. Yours are below: saving them takes their place."
    ),
    "icd10_shape": _l("Enter a code of chapter C or D, for example C50.9, or leave it empty"),
    "email_is_doctors": _l("This is the address of the doctor. Enter one of the patient or family, or leave it empty."),
    "sheet_is_done": _l("A colleague has finished this sheet already."),
    "translation_done": _l(
        "Somebody else has finished this meanwhile. Nothing was sent twice, and nothing of yours was sent."
    ),
    "translation_taken": _l("Somebody else is translating this now."),
    "translation_not_needed": _l("There is nothing to translate in this message."),
    "not_your_languages": _l(
        "You can approve translations between languages that you speak. Ask a colleague who speaks both."
    ),
    "source_changed": _l(
        "The original was changed while you wrote. Compare the changes above, then approve again."
    ),
    "wording_differs": _l("The two texts differ, see the list. Correct the translation, or confirm that it is right."),
    "amount_needs_check": _l("A text with an amount of money always needs a checked translation."),
    "term_exists": _l("This term is in the glossary already. End it first."),
    "term_without_form": _l("Enter at least one form in another language, or mark the term as protected."),
    "merged_already": _l("A colleague has merged one of these cases already. See the newest state."),
    "merge_same_person": _l("These are already two cases of one person."),
    "merge_into_closed": _l("The case that would stay is closed. Let the other one stay, or take this one up again."),
    "merge_both_advanced": _l(
        "Both cases have an estimate, a deposit, a decision, an answer or a plan. They cannot become one. "
        "End one of them by hand."
    ),
    "merge_has_bookings": _l("The case that would end has bookings. Let it stay, or cancel its bookings first."),
    "undo_too_late": _l("A merge can be taken back for 24 hours. This one is older."),
    "undone_already": _l("This merge was taken back already."),
    "undo_later_merge": _l("One of these people was merged again later. Take that merge back first."),
    "undo_reopened": _l("The case that had ended was taken up again. The merge cannot be taken back any more."),
    "minimum_incomplete": _l(
        "The minimum records are not complete. Ask for what is missing, or wait for it."
    ),
    "duty_overlaps": _l("%(name)s is on call in this time. Choose another time, or remove that duty first."),
    "request_taken": _l("A colleague was faster and has taken this request."),
    "request_closed": _l("This request is closed."),
    "unknown_colleague": _l("Choose a person of this hospital from the list."),
    "unknown_physician": _l("This person is no physician of your hospital. Choose another one."),
}

# Why a file was not taken, and what to send instead. `name` is the file's own name, isolated.
FILE_PROBLEM = {
    "not_allowed": _l(
        "%(name)s was not taken: we cannot read this kind of file. Send it as a PDF, a photo or a DICOM file."
    ),
    "executable": _l(
        "%(name)s was not taken: it is a program, not a document. Open the document, save it as a PDF and send that."
    ),
    "empty": _l("%(name)s was not taken: the file is empty. Save it again, or take a photo of the page."),
    "password": _l(
        "%(name)s was not taken: it is locked with a password. Save a copy without the password and send that."
    ),
    "damaged": _l(
        "%(name)s was not taken: it is damaged. Open it and save it again, or take a photo of the page."
    ),
    "too_large": _l("%(name)s was not taken: it is larger than 150 MB. A photo of the page is enough."),
}

# What is odd in an evaluation as a whole. %(one)s is the item to look at, %(other)s the one in its way.
FAULT = {
    "double_booked": _l("%(one)s and %(other)s are at the same time. Move one of them."),
    "contrast_before_lab": _l(
        "%(one)s needs the kidney values of the blood test, but it comes before %(other)s. Move it later."
    ),
    "contrast_without_lab": _l("%(one)s with contrast needs a blood test before it. Add one."),
    "plan_before_result": _l("%(one)s comes before the result of %(other)s. Move it later."),
    "closed_day": _l("%(one)s is on a day on which the hospital is closed. Move it to a working day."),
    "outside_hours": _l("%(one)s is outside the opening hours. Move it."),
    "span_too_short": _l("The appointments lie on fewer than 3 working days."),
    "span_too_long": _l("The appointments lie on more than 5 working days."),
    "outside_dates": _l("%(one)s is outside the days that are held. Move it, or hold other days."),
    "interpreter_elsewhen": _l(
        "%(other)s is booked for another time than %(one)s. Tell them, and book again."
    ),
}


def error_text(code: str, **data):
    """A refusal in whole sentences, with the facts that the rule gave; an unknown code still says what to do."""
    text = ERROR.get(code, _l("This cannot be accepted as it is. Check it and try again."))
    return text % data if data else text


def file_problem(code: str, name: str):
    """Why this file was not taken; the name keeps its own direction inside the sentence (U+2068, U+2069)."""
    return FILE_PROBLEM[code] % {"name": f"\u2068{name}\u2069"}


def fault_text(code: str, one: str = "", other: str = ""):
    """What is odd, naming both items."""
    return FAULT[code] % {"one": one, "other": other}
