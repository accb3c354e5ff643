use crate::checks::associations::TRIGGERS;
use crate::command;
use crate::notes::{Notes, Words};
use crate::view::View;

/// The functions are attached, or nothing keeps them from it.
pub(crate) fn attached(view: &View<'_>, notes: &mut Notes) {
    if view.is_attached() {
        return;
    }
    let id = view.id().unwrap_or("DISTRIBUTION_ID");
    let words = Words::new(
        "nothing of edgeswitch is attached: viewers get the same objects whatever the plan says",
        "run `edgeswitch attach` first",
        format!("edgeswitch attach {}", command::word(id)),
    );
    notes.warning(&view.config.at("DefaultCacheBehavior.LambdaFunctionAssociations"), words);
    for behavior in view.serving() {
        let list = behavior.field.get("LambdaFunctionAssociations");
        for (event, function) in behavior.associations() {
            if TRIGGERS.contains(&event) {
                let words = Words::new(
                    format!(
                        "behaviour `{}` has a function of its own at {event}: CloudFront takes one for each event, \
                         so `edgeswitch attach` refuses the distribution",
                        behavior.pattern
                    ),
                    "remove the function, and let the origin or the application do its work",
                    command::set(view, &list, "{Quantity: 0, Items: []}"),
                );
                notes.error(&function, words);
            }
        }
    }
}
