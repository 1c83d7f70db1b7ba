//! Enums in the four representations.

use crate::twins::{same, twins};

mod external {
    use super::*;

    twins! {
        pub enum Shape<'a> {
            Unit,
            #[serde(rename = "named", alias = "text")]
            Newtype(Text<'a>),
            Tuple(u8, Text<'a>),
            Struct { x: u8, #[serde(default)] y: Text<'a> },
            #[serde(skip)]
            Skipped,
            #[serde(skip_deserializing)]
            SkippedToo(String),
            SkippedField(#[serde(skip)] u8),
            Braces {},
            Parens(),
        }
        #[serde(rename_all = "snake_case", rename_all_fields = "camelCase")]
        #[allow(clippy::enum_variant_names, reason = "two words show the cases")]
        pub enum Cases {
            FirstCase,
            SecondCase { first_field: u8 },
            #[serde(rename_all = "UPPERCASE")]
            ThirdCase { first: u8 },
        }
        pub enum Other { A, #[serde(other)] Rest }
        #[serde(deny_unknown_fields)]
        pub enum Strict { A { a: u8 } }
        pub enum Never {}
        pub enum AllSkipped { #[serde(skip)] A }
    }

    #[test]
    fn a_variant_is_a_key() {
        let read = same!(Shape:
            r#""Unit""#, r#"{"Unit":null}"#, r#"{"named":"a"}"#, r#"{"text":"b"}"#,
            r#"{"Tuple":[1,"a"]}"#, r#"{"Struct":{"x":1}}"#, r#"{"Struct":{"x":1,"y":"a"}}"#,
            r#"{"Struct":[1,"a"]}"#, r#""SkippedField""#, r#"{"SkippedField":null}"#,
            r#"{"Braces":{}}"#, r#"{"Parens":[]}"#, r#"{"Struct":{"x":1,"z":2}}"#,
        );
        assert_eq!(read, 13);
        let read = same!(Shape:
            r#""Skipped""#, r#"{"SkippedToo":"a"}"#, r#""None""#, r#"{"Unit":1}"#,
            r#"{"Newtype":"a"}"#,
            r#""named""#, r#"{"Tuple":[1]}"#, r#"{"Tuple":[1,"a",2]}"#, r#"{"Struct":{"y":"a"}}"#,
            r#"{"Struct":{"x":1,"x":1}}"#, r#"{"Struct":{"x":"a"}}"#, "{}", "[]", "1", "null",
            r#"{"Unit":null,"named":"a"}"#, r#"{"SkippedField":1}"#, r#""Braces""#, r#""Tuple""#,
        );
        assert_eq!(read, 0);
    }

    #[test]
    fn variants_have_the_names_of_the_document() {
        assert_eq!(
            same!(Cases:
                r#""first_case""#, r#"{"second_case":{"firstField":1}}"#,
                r#"{"third_case":{"FIRST":1}}"#,
                r#""FirstCase""#, r#"{"second_case":{"first_field":1}}"#,
                r#"{"third_case":{"first":1}}"#,
            ),
            3
        );
        assert_eq!(same!(Other: r#""A""#, r#""B""#, r#"{"B":null}"#, r#"{"B":1}"#, "1"), 3);
        assert_eq!(same!(Strict: r#"{"A":{"a":1}}"#, r#"{"A":{"a":1,"b":2}}"#), 1);
        assert_eq!(same!(Never: r#""A""#, "{}", "1"), 0);
        assert_eq!(same!(AllSkipped: r#""A""#, "{}"), 0);
    }
}

mod internal {
    use super::*;

    twins! {
        #[serde(tag = "type")]
        pub enum Event<'a> {
            Unit,
            #[serde(rename = "named")]
            Newtype(Inner<'a>),
            Map(Map<'a, Text<'a>, u8>),
            Struct { x: u8, y: Option<Text<'a>>, list: List<'a, Option<f64>> },
            UnitStruct(Unit),
            UnitTuple(()),
            Nested(Nested<'a>),
            Letters(Letter),
            #[serde(skip)]
            Skipped,
            SkippedField(#[serde(skip)] u8),
            #[serde(other)]
            Rest,
        }
        pub struct Inner<'a> { a: Text<'a>, b: Option<u8> }
        pub struct Unit;
        #[serde(tag = "kind")]
        pub enum Nested<'a> { A { text: Text<'a> }, B }
        pub enum Letter { A, B(u8) }
        #[serde(tag = "t", deny_unknown_fields)]
        pub enum Strict { A, B { b: u8 } }
        #[serde(tag = "t", expecting = "an event")]
        pub enum Expected { A { a: u8 } }
    }

    #[test]
    fn a_variant_has_a_tag_among_its_fields() {
        let read = same!(Event:
            r#"{"type":"Unit"}"#, r#"{"type":"Unit","more":[1]}"#, r#"["Unit"]"#, r#"["Unit",1]"#,
            r#"{"type":"named","a":"x\n","b":1}"#, r#"{"a":"x","type":"named"}"#,
            r#"{"x":1,"type":"Struct","y":"\"","list":[1,2.5,null]}"#,
            r#"["Struct",1,"y",[]]"#, r#"{"type":"Map","a":1,"b":2}"#, r#"{"type":"Map"}"#,
            r#"{"type":"UnitStruct"}"#, r#"{"type":"UnitTuple"}"#,
            r#"{"type":"Nested","kind":"A","text":"t"}"#, r#"{"kind":"B","type":"Nested"}"#,
            r#"{"type":"Letters","B":3}"#, r#"{"type":"Letters","A":null}"#,
            r#"{"type":"SkippedField"}"#, r#"{"type":"What"}"#, r#"{"type":"Skipped"}"#,
        );
        assert_eq!(read, 18);
        let read = same!(Event:
            "{}", r#"{"a":1}"#, "[]", "[1]", "1", "null", r#""Unit""#, r#"{"type":1}"#,
            r#"{"type":null}"#,
            r#"{"type":"Unit","type":"Unit"}"#, r#"{"type":"named"}"#, r#"{"type":"named","a":1}"#,
            r#"{"type":"Struct","x":256,"list":[]}"#, r#"{"type":"Struct","x":1,"x":1,"list":[]}"#,
            r#"{"type":"Map","a":"b"}"#, r#"{"type":"Nested"}"#, r#"{"type":"Nested","kind":"C"}"#,
            r#"{"type":"Letters","C":3}"#, r#"{"type":"Letters"}"#,
            r#"{"type":"Letters","A":1,"B":2}"#,
            r#"["Struct",1]"#, r#"["Struct",1,"y",[],2]"#, r#"{"type":"UnitStruct","a":1}"#,
            r#"{"type":"named","a":"#,
        );
        assert_eq!(read, 0);
        assert_eq!(
            same!(Strict:
                r#"{"t":"A"}"#, r#"{"t":"B","b":1}"#, r#"{"t":"B","b":1,"c":2}"#,
                r#"{"t":"A","c":2}"#, r#"{"t":"C"}"#,
            ),
            3
        );
        assert_eq!(
            same!(Expected: r#"{"t":"A","a":1}"#, "1", r#"{"t":"A"}"#, r#"{"t":"A","a":"b"}"#,
            "[]"),
            1
        );
    }
}

mod adjacent {
    use super::*;

    twins! {
        #[serde(tag = "t", content = "c")]
        pub enum Event<'a> {
            Unit,
            Newtype(Text<'a>),
            Optional(Option<u8>),
            Tuple(u8, Text<'a>),
            Struct { x: u8, y: Option<Text<'a>> },
            #[serde(skip)]
            Skipped,
        }
        #[serde(tag = "t", content = "c", deny_unknown_fields)]
        pub enum Strict<'a> { A, B(Text<'a>), C { x: u8 } }
        #[serde(tag = "t", content = "c")]
        pub enum Never {}
        #[serde(tag = "t", content = "c", expecting = "an event")]
        pub enum Expected { A(u8), #[serde(other)] Rest }
    }

    #[test]
    fn a_variant_has_a_tag_and_content() {
        let read = same!(Event:
            r#"{"t":"Unit"}"#, r#"{"t":"Unit","c":null}"#, r#"{"c":null,"t":"Unit"}"#,
            r#"{"t":"Newtype","c":"a\n"}"#, r#"{"c":"a\n","t":"Newtype"}"#, r#"{"t":"Optional"}"#,
            r#"{"t":"Tuple","c":[1,"a"]}"#, r#"{"c":[1,"a"],"t":"Tuple"}"#,
            r#"{"t":"Struct","c":{"x":1}}"#, r#"{"c":{"x":1,"z":2},"t":"Struct"}"#,
            r#"{"o":1,"t":"Unit","p":[],"c":null,"q":{}}"#, r#"["Newtype","a"]"#,
            r#"["Unit",null]"#,
        );
        assert_eq!(read, 13);
        let read = same!(Event:
            "{}", "[]", "null", "1", r#"{"c":1}"#, r#"{"t":"None"}"#, r#"{"t":1}"#,
            r#"{"t":"Newtype"}"#,
            r#"{"t":"Tuple"}"#, r#"{"t":"Struct"}"#, r#"{"t":"Newtype","c":1}"#,
            r#"{"c":1,"t":"Newtype"}"#,
            r#"{"t":"Unit","t":"Unit"}"#, r#"{"c":1,"c":1}"#, r#"{"t":"Unit","c":null,"c":1}"#,
            r#"{"t":"Unit","c":null,"t":"Unit"}"#, r#"{"c":null,"t":"Unit","c":1}"#,
            r#"{"t":"Unit","c":1}"#,
            r#"["Newtype"]"#, r#"["None",1]"#, r#"["Unit",null,1]"#, r#"{"t":"Skipped"}"#,
            r#"{"t":"Tuple","c":[1]}"#, r#"{"c":[1,"a",2],"t":"Tuple"}"#,
            r#"{"t":"Struct","c":{}}"#,
            r#"{"t":{"Unit":1}}"#, r#"{"c":"a","#,
        );
        assert_eq!(read, 0);
        assert_eq!(
            same!(Strict:
                r#"{"t":"A"}"#, r#"{"t":"B","c":"x"}"#, r#"{"c":{"x":1},"t":"C"}"#,
                r#"{"t":"A","d":1}"#,
                r#"{"t":"B","c":"x","d":1}"#, r#"{"d":1}"#, r#"{"t":"C","c":{"x":1,"y":2}}"#,
            ),
            3
        );
        assert_eq!(same!(Never: "{}", r#"{"t":"A"}"#, r#"{"c":1,"t":"A"}"#), 0);
        assert_eq!(same!(Expected: r#"{"t":"A","c":1}"#, r#"{"t":"B"}"#, "1", r#"["A"]"#, "[]"), 2);
    }
}

mod untagged {
    use super::*;

    twins! {
        #[serde(untagged)]
        pub enum Any<'a> {
            Unit,
            Bool(bool),
            Small(u8),
            Signed(i64),
            Float(f64),
            Text(Text<'a>),
            Pair(u8, Text<'a>),
            List(List<'a, Any<'a>>),
            Struct { x: u8, y: Text<'a> },
            Other { z: Ref<'a, Any<'a>> },
            #[serde(skip)]
            Skipped(u8),
        }
        #[serde(untagged, expecting = "a number or a name")]
        pub enum Expected<'a> { Number(u8), Name(Text<'a>) }
        #[serde(untagged)]
        pub enum Braces { A {}, B { b: u8 } }
        #[serde(untagged)]
        pub enum Optional { A(Option<u8>), B(()) }
        pub enum Mixed<'a> {
            A(u8),
            B { b: Text<'a> },
            #[serde(untagged)]
            Number(u8),
            #[serde(untagged)]
            Rest { rest: Text<'a> },
        }
        #[serde(tag = "t")]
        pub enum MixedInternal<'a> { A { a: u8 }, #[serde(untagged)] Rest(Map<'a, Text<'a>, u8>) }
        #[serde(tag = "t", content = "c")]
        pub enum MixedAdjacent<'a> { A { a: u8 }, #[serde(untagged)] Rest(Text<'a>) }
        #[serde(untagged)]
        pub enum Never {}
        #[serde(untagged)]
        pub enum OfEnums<'a> { First(Plain<'a>), Second(Text<'a>) }
        pub enum Plain<'a> { A, B(Text<'a>), C(u8, u8), D { d: u8 } }
    }

    #[test]
    fn the_first_variant_that_fits_is_taken() {
        let read = same!(Any:
            "null", "true", "1", "256", "-1", "1.5", r#""a\tb""#, r#"[1,"a"]"#, "[]", "[1,2]",
            r#"[1,["a",[null]]]"#, r#"{"x":1,"y":"a"}"#, r#"{"x":1,"y":"a","w":[]}"#,
            r#"{"z":{"z":null}}"#,
            "18446744073709551615", r#"{"z":[{"x":1,"y":"b"}]}"#,
        );
        assert_eq!(read, 16);
        assert_eq!(
            same!(Any: "{}", r#"{"x":1}"#, "[{}]", r#"{"x":1,"y":"a""#, r#"{"x":256,"y":"a"}"#),
            0
        );
        assert_eq!(same!(Expected: "1", r#""a""#, "null", "256", "[]"), 2);
        assert_eq!(same!(Braces: "{}", r#"{"b":1}"#, "[]", "null"), 2);
        assert_eq!(same!(Optional: "null", "1", r#""a""#), 2);
        assert_eq!(same!(Never: "null", "{}"), 0);
    }

    #[test]
    fn a_variant_without_a_tag_follows_those_with_one() {
        assert_eq!(
            same!(Mixed:
                r#"{"A":1}"#, r#"{"B":{"b":"x"}}"#, "7", r#"{"rest":"x"}"#, r#"{"A":"x"}"#,
                r#""A""#, "{}",
            ),
            4
        );
        assert_eq!(
            same!(MixedInternal: r#"{"t":"A","a":1}"#, r#"{"b":1}"#, r#"{"t":"A"}"#, r#"{"t":1}"#),
            3
        );
        assert_eq!(same!(MixedAdjacent: r#"{"t":"A","c":{"a":1}}"#, r#""x""#, r#"{"t":"A"}"#), 2);
    }

    #[test]
    fn an_enum_is_within_an_enum() {
        assert_eq!(
            same!(OfEnums:
                r#""A""#, r#"{"A":null}"#, r#"{"B":"x"}"#, r#"{"C":[1,2]}"#, r#"{"D":{"d":1}}"#,
                r#"{"D":[1]}"#,
                r#""text""#, r#"{"C":[1]}"#, r#"{"D":1}"#, "{}", r#"{"A":null,"B":"x"}"#,
                r#"{"A":1}"#,
            ),
            7
        );
    }
}
