//! The errors that differ between an annotated function and the plain one, with the reason.

pub(crate) const DIFFERENCES: &[(&str, &[&str])] = &[
    (
        "The compiler says closure or block instead of function.",
        &[
            "question_mark_in_unit sync",
            "question_mark_in_unit async",
            "question_mark_in_unit into",
            "question_mark_in_unit on_limit",
            "question_mark_in_unit async_on_limit",
            "question_mark_on_option sync",
            "question_mark_on_option async",
            "question_mark_on_option into",
            "question_mark_on_option on_limit",
            "question_mark_on_option async_on_limit",
            "pattern_may_not_match sync",
            "pattern_may_not_match into",
            "pattern_may_not_match on_limit",
            "break_outside_a_loop sync",
            "break_outside_a_loop async",
            "break_outside_a_loop into",
            "break_outside_a_loop on_limit",
            "break_outside_a_loop async_on_limit",
        ],
    ),
    (
        "For a result with branches, the compiler points at the whole, not at the branch.",
        &[
            "argument_needs_the_other_lifetime async",
            "argument_needs_the_other_lifetime async_on_limit",
            "two_named_lifetimes async",
            "two_named_lifetimes async_on_limit",
            "argument_is_returned_as_selfs sync",
            "argument_is_returned_as_selfs async",
            "argument_is_returned_as_selfs on_limit",
            "argument_is_returned_as_selfs async_on_limit",
        ],
    ),
    (
        "The error stands where the expansion passes the parameter on.",
        &[
            "struct_with_a_lifetime sync",
            "struct_with_a_lifetime async",
            "struct_with_a_lifetime into",
            "struct_with_a_lifetime on_limit",
            "struct_with_a_lifetime async_on_limit",
            "pushes_a_shorter_reference sync",
            "pushes_a_shorter_reference async",
            "pushes_a_shorter_reference into",
            "pushes_a_shorter_reference on_limit",
            "pushes_a_shorter_reference async_on_limit",
        ],
    ),
    (
        "The macro reports `on_limit` on a function that never returns.",
        &["never_ends on_limit", "never_ends async_on_limit"],
    ),
    (
        "A borrow from the `async` block itself is another kind of error.",
        &["closure_outlives_its_capture async", "closure_outlives_its_capture async_on_limit"],
    ),
    (
        "The expansion writes the future's type, at the `async`.",
        &[
            "impl_trait_is_not_met async",
            "impl_trait_is_not_met async_on_limit",
            "unsized_result async",
            "unsized_result into",
            "unsized_result async_on_limit",
        ],
    ),
    ("`into` mentions the unknown type a second time.", &["result_is_unknown into"]),
    (
        "The closure's parameter has two places: the pattern and the whole parameter.",
        &[
            "pattern_of_another_type sync",
            "pattern_of_another_type into",
            "pattern_of_another_type on_limit",
        ],
    ),
    (
        "The closure captures a `self` by value, which ends with the closure.",
        &[
            "reference_to_owned_self_is_returned sync",
            "reference_to_owned_self_is_returned on_limit",
        ],
    ),
    (
        "The signature has a type of the expansion: the future, or the type of `into`.",
        &[
            "trait_method_has_another_signature async",
            "trait_method_has_another_signature into",
            "trait_method_has_another_signature async_on_limit",
        ],
    ),
];
