# ! [doc = " A body that does not parse, as in an editor: the function exists, with the tokens so far."] fn count (text : & str) -> usize {
let (run , token) = :: request_arena :: __private :: ScopeRun :: of_call ({
static __REQUEST_ARENA_SITE : :: request_arena :: Site = :: request_arena :: Site :: new ("count" , :: core :: module_path ! () , :: core :: file ! () , :: core :: line ! ()) ;
& __REQUEST_ARENA_SITE }) ;
# [allow (clippy :: implicit_return , clippy :: result_large_err , reason = "said of the function")] let body = :: request_arena :: __private :: takes_2 (& token , & text , | token , # [allow (clippy :: shadow_reuse , clippy :: shadow_same)] text , | -> usize {
# [allow (clippy :: shadow_reuse , clippy :: shadow_same)] # [allow (clippy :: used_underscore_binding)] let mut arena = :: request_arena :: __private :: ArenaToken :: enter (token) ;
# [allow (clippy :: shadow_reuse , clippy :: shadow_same)] let arena : Arena < '_ > = :: request_arena :: __private :: OpenArena :: arena (& mut arena) ;
match () {
() => {
let copy = arena . alloc_str (text) ;
copy . }
}
}) ;
let result = body (token , text ,) ;
let outcome = :: request_arena :: __private :: Outcome :: Returned ;
run . end (outcome) ;
return result ;
}
