using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>How people call what is left, in English, German, French, Spanish, Italian, Portuguese, Dutch, Chinese and Japanese; lower case.</summary>
internal static class LeftoverWords
{
    /// <summary>Names that say it by themselves, whatever the description.</summary>
    public static readonly FrozenSet<string> Names = Set(
        "other", "others", "else", "everything else", "anything else", "all else", "rest", "the rest", "default", "fallback", "fall back", "catch all", "catchall",
        "misc", "miscellaneous", "other requests", "other questions", "none of the above", "uncategorized",
        "sonstiges", "sonstige", "alles andere", "alles übrige", "übriges", "andere", "anderes", "verschiedenes",
        "autre", "autres", "tout le reste", "le reste", "reste", "divers", "autre chose", "par défaut",
        "otro", "otros", "otra", "otras", "todo lo demás", "lo demás", "demás", "resto", "el resto", "varios", "por defecto",
        "altro", "altri", "altre", "tutto il resto", "il resto", "varie", "predefinito",
        "outro", "outros", "outra", "outras", "todo o resto", "tudo o resto", "tudo o mais", "o resto", "diversos", "padrão",
        "overig", "overige", "al het andere", "al het overige", "de rest", "diversen", "anders", "standaard",
        "其他", "其它", "其余", "其他所有", "所有其他", "其他问题", "默认", "杂项",
        "その他", "それ以外", "その他すべて", "上記以外", "ほか", "デフォルト");

    /// <summary>Names that say it only where the description adds no subject.</summary>
    public static readonly FrozenSet<string> VagueNames = Set(
        "general", "generic", "general purpose", "anything", "chat", "allgemein", "allgemeines", "général", "générale", "generale", "geral", "algemeen", "algemene", "generales",
        "一般", "通用", "综合", "全般", "汎用");

    /// <summary>Words that add no subject.</summary>
    public static readonly FrozenSet<string> WithoutSubject = Set(
        "general", "generic", "purpose", "anything", "everything", "any", "all", "every", "everyday", "common", "ordinary", "usual", "other", "question", "questions",
        "request", "requests", "task", "tasks", "topic", "topics", "thing", "things", "chat", "conversation", "conversations", "prompt", "prompts", "query", "queries",
        "inquiry", "inquiries", "and", "or", "the", "of", "on", "for", "about", "kind", "kinds", "sort", "sorts", "default", "assistant", "use", "model",
        "allgemein", "allgemeine", "allgemeines", "fragen", "anfragen", "und", "oder", "alle", "alles", "themen", "aller", "art",
        "question", "demandes", "générales", "générale", "toutes", "tout", "et", "ou", "sujets",
        "preguntas", "consultas", "generales", "todas", "todo", "y", "o", "temas",
        "domande", "richieste", "generali", "tutte", "tutto", "e", "argomenti",
        "perguntas", "pedidos", "gerais", "tudo", "assuntos",
        "vragen", "verzoeken", "algemene", "en", "of", "onderwerpen",
        "一般", "通用", "问题", "一般问题", "通用问题", "请求", "质问", "一般的な質問", "質問", "全般", "一般的な");

    /// <summary>What a description that means it begins or ends with.</summary>
    public static readonly string[] Phrases =
    [
        "everything else", "anything else", "all else", "whatever else", "none of the above", "whatever is left", "what is left", "all the rest",
        "alles andere", "alles übrige", "alles weitere", "alles sonstige", "was übrig bleibt",
        "tout le reste", "toute autre demande", "toutes les autres demandes", "toute autre question",
        "todo lo demás", "cualquier otra cosa", "lo demás", "cualquier otra consulta",
        "tutto il resto", "qualsiasi altra cosa", "ogni altra richiesta",
        "tudo o mais", "todo o resto", "tudo o resto", "qualquer outra coisa",
        "al het andere", "al het overige", "alle andere vragen", "alles wat overblijft",
        "其他所有", "所有其他", "其他一切", "一切其他", "其余所有", "其他问题", "其他的一切", "以上都不是", "其他", "其余",
        "その他すべて", "それ以外すべて", "それ以外のすべて", "それ以外", "上記以外", "上記以外すべて", "その他", "その他の質問", "その他全般",
    ];

    /// <summary>What it begins with.</summary>
    public static readonly string[] Openings =
    [
        "all other", "any other", "anything not", "everything not", "the rest", "other requests", "other questions", "fallback", "catch-all", "catch all",
        "alle anderen", "alle übrigen", "sonstige", "sonstiges", "der rest",
        "toute autre", "tout autre", "toutes les autres", "tous les autres", "le reste", "autres demandes", "autres questions",
        "todas las demás", "todos los demás", "cualquier otra", "cualquier otro", "el resto", "otras consultas", "otras preguntas",
        "tutte le altre", "tutti gli altri", "qualsiasi altra", "qualsiasi altro", "il resto", "altre richieste", "altre domande",
        "todas as outras", "todos os outros", "qualquer outra", "qualquer outro", "o resto", "outros pedidos", "outras perguntas",
        "alle andere", "alle overige", "de rest", "overige vragen", "overige",
        "その他の", "上記以外の",
    ];

    /// <summary>What it says anywhere.</summary>
    public static readonly string[] Statements =
    [
        "fits no other route", "fit no other route", "no other route fits", "no other route matches", "nothing else fits", "nothing else matches", "no other category",
        "fits nowhere else", "fit nowhere else", "not covered by the other", "not covered by any other", "not covered above", "not covered elsewhere", "when no route",
        "none of the other", "does not fit any", "doesn't fit any", "do not fit any", "don't fit any",
        "keine andere route", "keiner anderen route", "in keine andere", "nirgends sonst", "sonst nirgends",
        "aucune autre route", "aucune autre catégorie", "nulle part ailleurs",
        "ninguna otra ruta", "ninguna otra categoría", "ningún otro",
        "nessun'altra", "nessun altro",
        "nenhuma outra", "nenhum outro",
        "geen andere route", "geen enkele andere", "nergens anders",
        "不属于其他", "不属于以上", "以上以外", "他のどの", "他のルートに当てはまらない", "どれにも当てはまらない",
    ];

    private static FrozenSet<string> Set(params string[] words) => words.ToFrozenSet(StringComparer.Ordinal);
}
