using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace ModelScan.RoutingApi.Guards.Jailbreaks;

/// <summary>What the heuristic says of a text.</summary>
/// <param name="Score">How much speaks for an attempt, 0..1.</param>
/// <param name="IsUnderstood">Whether the text is in a language that the heuristic knows words of.</param>
internal readonly record struct JailbreakVerdict(double Score, bool IsUnderstood);

/// <summary>
/// Scores how much a text looks like an attempt to talk a model out of its instructions. Signs are phrases of six languages (English, German, French,
/// Spanish, Italian, Portuguese), each with the probability that it speaks for an attempt; they are put together as if they were independent:
/// 1 - Π(1 - p). What stands in quotes, is asked about, or is to be defended against counts less. It is a sieve, not a wall: a determined
/// attacker gets through. Hit and false-alarm rates on the project's own texts are in docs/guards.md. Thread-safe.
/// </summary>
internal static partial class JailbreakHeuristic
{
    // Texts are looked at at their beginning and at their end: where instructions stand that are to be followed.
    private const int LongestLook = 16 << 10;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private static readonly (Regex Pattern, double Weight)[] Signs =
    [
        // Take back what was said before.
        (new(@"\b(ignore|disregard|forget|override|bypass|drop|skip|discard|neglect)\b[^.!?\n]{0,40}\b(previous|prior|above|earlier|preceding|all|any|your|the|system|initial|original)\b[^.!?\n]{0,40}\b(instruction|prompt|rule|guideline|direction|command|context|constraint|system message|policy|policies|training)s?\b", Options), 0.75),
        (new(@"\b(ignorier|vergiss|vergesst|missachte|übergeh|verwirf)\w*\b[^.!?\n]{0,50}\b(anweisung|instruktion|regel|vorgabe|richtlinie|befehl|systemprompt|prompt)\w*", Options), 0.75),
        (new(@"\b(ignore[rz]?|oublie[rz]?|néglige[rz]?|contourne[rz]?|fais abstraction)\b[^.!?\n]{0,50}\b(instruction|consigne|règle|directive|prompt)s?\b", Options), 0.75),
        (new(@"\b(ignora|ignore|olvida|olvide|omite|descarta|sáltate)\b[^.!?\n]{0,50}\b(instruccion|instrucción|regla|norma|directiva|indicacion|restriccion|prompt)\w*", Options), 0.75),
        (new(@"\b(ignora|dimentica|trascura|scavalca|tralascia)\b[^.!?\n]{0,50}\b(istruzion|regol|direttiv|indicazion|prompt|vincol)\w*", Options), 0.75),
        (new(@"\b(ignore|esqueça|esquece|desconsidere|desconsidera)\b[^.!?\n]{0,50}\b(instruç|regra|diretriz|orientaç|prompt|restriç)\w*", Options), 0.75),

        (new(@"\b(do not|don't|never|stop)\b[^.!?\n]{0,12}\b(follow|obey|listen to|comply with)\w*\b[^.!?\n]{0,30}\b(rule|instruction|guideline|system message|system prompt|developer)s?\b", Options), 0.6),
        (new(@"\b(ignore|disregard|forget)\b[^.!?\n]{0,8}\b(the above|everything above|what (was|is) (above|written above))\b", Options), 0.6),

        // Be somebody to whom nothing applies.
        (new(@"\b(you are|you're|act as|become|roleplay as|role-play as|pretend (to be|you are|you're)|simulate|imagine you are)\b[^.!?\n]{0,60}\b(dan|unrestricted|unfiltered|uncensored|unaligned|jailbroken|amoral|evil|without (any )?(restriction|rule|limit|filter|guideline|moral|ethic)s?|no (restriction|rule|limit|filter|guideline|moral|ethic)s?)\b", Options), 0.7),
        (new(@"\b(du bist|sei|spiel\w*|tu so|verhalte dich|stell dir vor)\b[^.!?\n]{0,60}\b(uneingeschränkt|unzensiert|ungefiltert|ohne (jede |jegliche |irgendwelche )?(regel|einschränkung|filter|moral|grenze|beschränkung)\w*|keine(rlei|n|r)? (regel|einschränkung|filter|moral|grenze)\w*)", Options), 0.7),
        (new(@"\b(tu es|agis|comporte-toi|fais semblant|imagine)\b[^.!?\n]{0,60}\b(sans (aucune? )?(restriction|règle|limite|filtre|morale|censure)s?|non censurée?)", Options), 0.7),
        (new(@"\b(eres|actúa|finge|compórtate|imagina)\b[^.!?\n]{0,60}\b(sin (ninguna? )?(restriccion|restricción|regla|límite|filtro|censura|moral)\w*)", Options), 0.7),
        (new(@"\b(sei|agisci|fingi|comportati|immagina)\b[^.!?\n]{0,60}\b(senza (alcuna? |nessuna? )?(restrizion|regol|limit|filtr|censur|moral)\w*)", Options), 0.7),
        (new(@"\b(você é|aja|finja|comporte-se|imagine)\b[^.!?\n]{0,60}\b(sem (nenhuma? |quaisquer )?(restriç|regra|limite|filtro|censura|moral)\w*)", Options), 0.7),
        (new(@"\b(do anything now|dan mode|developer mode (enabled|activated|v\d)|god mode|jailbreak mode|sudo mode|debug mode (enabled|on)|opposite mode|stay in character as dan)\b", Options), 0.65),

        // Tell what you were told.
        (new(@"\b(reveal|print|show|repeat|output|display|leak|dump|recite|disclose|expose|give me|tell me|what (is|are|was|were))\b[^.!?\n]{0,40}\b(your|the)\b[^.!?\n]{0,25}\b(system prompt|system message|initial (prompt|instructions?)|hidden (prompt|instructions?|rules?)|original (prompt|instructions?)|secret (prompt|instructions?)|developer (message|instructions?)|pre-?prompt)\b", Options), 0.6),
        (new(@"\b(repeat|print|output|copy|write out)\b[^.!?\n]{0,30}\b(everything|all (the )?(text|words)|the (text|words))\b[^.!?\n]{0,20}\b(above|before this|prior to this)\b", Options), 0.6),
        (new(@"\b(zeig|gib|nenn|verrate|wiederhol|druck)\w*\b[^.!?\n]{0,50}\b(system-?prompt|systemnachricht|systemanweisung|versteckten? (anweisung|regel)|ursprüngliche\w* (anweisung|prompt))\w*", Options), 0.6),
        (new(@"\b(révèle|montre|affiche|répète|donne)\b[^.!?\n]{0,50}\b(prompt système|message système|instructions (initiales|cachées|secrètes|système))", Options), 0.6),
        (new(@"\b(revela|muestra|muéstrame|imprime|repite|dime)\b[^.!?\n]{0,50}\b(prompt del sistema|mensaje del sistema|instrucciones (iniciales|ocultas|secretas|del sistema))", Options), 0.6),
        (new(@"\b(rivela|mostra|mostrami|stampa|ripeti|dimmi)\b[^.!?\n]{0,50}\b(prompt di sistema|messaggio di sistema|istruzioni (iniziali|nascoste|segrete|di sistema))", Options), 0.6),
        (new(@"\b(revele|mostre|imprima|repita|diga)\b[^.!?\n]{0,50}\b(prompt d[oe] sistema|mensagem do sistema|instruções (iniciais|ocultas|secretas|do sistema))", Options), 0.6),

        // Do not refuse.
        (new(@"\b(never|do not|don't|must not|cannot|can't|without)\b[^.!?\n]{0,25}\b(refus\w*|declin\w*|say no|apologi[sz]\w*|warn\w*|disclaimer\w*|moraliz\w*|censor\w*|filter\w*)\b", Options), 0.25),
        (new(@"\b(must|shall|will|can|may) (never|not)\b[^.!?\n]{0,20}\b(refuse|decline|say no|apologi[sz]e)\b", Options), 0.35),
        (new(@"\b(restrictions?|limits?|limitations?|safeguards?|filters?)\b[^.!?\n]{0,20}\b(have|has|were|was|are|is) (now )?(been )?(lifted|removed|disabled|turned off|deactivated)\b", Options), 0.5),
        (new(@"\b(ab jetzt|ab sofort|von nun an)\b[^.!?\n]{0,40}\b(lehnst|verweigerst|weigerst)\b|\b(à partir de maintenant|désormais)\b[^.!?\n]{0,40}\b(refuses?|refuserez?)\b|\b(desde ahora|a partir de ahora)\b[^.!?\n]{0,40}\b(negarte|niegues|rechaces)\b|\b(d'ora in poi|da adesso)\b[^.!?\n]{0,40}\b(rifiut\w+|neghi)|\b(a partir de agora|de agora em diante)\b[^.!?\n]{0,40}\b(recus\w+|neg(a|ue))\b", Options), 0.55),
        (new(@"\b(no longer|not)\b[^.!?\n]{0,20}\b(bound|limited|restricted|constrained|governed)\b[^.!?\n]{0,30}\b(by|to)\b", Options), 0.4),
        (new(@"\b(openai|anthropic|google|content|safety|usage|ethical)\b[^.!?\n]{0,15}\b(polic(y|ies)|guidelines?|rules?|filters?|restrictions?)\b[^.!?\n]{0,30}\b(do(es)? not|don't|doesn't|no longer|never)\b[^.!?\n]{0,10}\b(apply|matter|exist|count)\b", Options), 0.6),
        (new(@"\b(turn off|disable|deactivate|switch off|remove|lift)\b[^.!?\n]{0,30}\b(safety|content|ethical|moral|security)?\s?(filter|guardrail|restriction|safeguard|limitation|censorship|safety)s?\b", Options), 0.4),
        (new(@"\b(answer|respond|reply)\b[^.!?\n]{0,30}\b(twice|in two ways|both as)\b[^.!?\n]{0,60}\b(unrestricted|unfiltered|dan|jailbr\w*|developer)\b", Options), 0.6),

        // Speak in the voice of those who set the model up.
        (new(@"(<\|?(im_start|system|endoftext|start_header_id)\|?>|\[/?(inst|sys|system)\]|<</?sys>>|^\s{0,4}#{2,4}\s?(system|new instructions?|instructions?)\s?:|\bsystem (override|update|alert)\s?:|\bnew system (instructions?|prompt)\s?:|\bbegin (new )?(system )?(prompt|instructions)\b|\bend of (system )?(prompt|instructions)\b)", Options | RegexOptions.Multiline), 0.55),
        (new(@"\b(this is|i am|i'm|as)\b[^.!?\n]{0,20}\b(your (developer|creator|administrator|admin)|an? (openai|anthropic) (employee|engineer|developer|admin\w*)|the (system )?administrator)\b", Options), 0.4),
        (new(@"\b(in (this|a) (fictional|hypothetical) (world|scenario|universe)|hypothetically|for (a|my) (novel|story|movie))\b[^!?\n]{0,80}\b(no (rules|laws|ethics|restrictions)|anything is allowed|everything is (legal|permitted|allowed))\b", Options), 0.55),
        (new(@"\b(decode|decrypt|translate from base64|rot13|base64)\b[^.!?\n]{0,60}\b(then|and)\b[^.!?\n]{0,20}\b(follow|execute|obey|do (it|what)|carry out|comply)\b", Options), 0.55),
        (new(@"\b(my (late |dead |deceased )?grandm(other|a)|grandma)\b[^!?\n]{0,120}\b(napalm|serial (key|number)s?|windows (10|11) (pro )?keys?|explosive|meth)\b", Options), 0.6),
        (new(@"\b(assistant|ai|model|agent)\b[^.!?\n]{0,30}\b(must|should|shall|will|please)\b[^.!?\n]{0,30}\b(instead|now)\b[^.!?\n]{0,40}\b(send|forward|post|upload|exfiltrate|email|transfer|delete|run|execute)\b", Options), 0.45),
        (new(@"\b(ai|agent|assistant|model|llm)s?\b[^.!?\n]{0,15}\bmust (now|instead|immediately)\b", Options), 0.4),
    ];

    private const string Cyrillic = "аеорсхіу";
    private const string Latin = "aeopcxiy";

    private static readonly SearchValues<char> OpeningQuotes = SearchValues.Create("\"'“„«‘`");
    private static readonly SearchValues<char> ClosingQuotes = SearchValues.Create("\"'”“»’`");

    private static readonly Regex Softeners = new(
        @"\b(what (is|does|are)|how (do|can|does|should) (i|we|one|you)|why (do|does|is)|explain|describe|example of|detect|prevent|defend|mitigat\w*|protect against|classif\w*|paper|article|blog|research|known as|called|such as|attack like|phrase|erkläre?|was (ist|bedeutet)|wie (kann|erkenn\w*|schütz\w*)|qu'est-ce|comment|qué es|cómo|cos'è|come|o que é|como)\b", Options);

    // The commonest words of the languages that the signs are in: a text of ten words that has none of them is in another.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Known = new HashSet<string>(
        [
            "the", "and", "you", "is", "are", "to", "of", "in", "that", "it", "for", "your", "this", "with", "my", "what", "how", "a", "i", "me", "be", "not", "do", "can", "please",
            "der", "die", "das", "und", "ist", "ich", "nicht", "ein", "eine", "zu", "mit", "auf", "für", "wie", "was", "du", "den", "von", "bitte", "mir",
            "le", "la", "les", "et", "est", "je", "pas", "un", "une", "des", "pour", "que", "qui", "dans", "tu", "vous", "ce", "du", "avec",
            "el", "los", "y", "es", "no", "por", "para", "con", "una", "del", "se", "lo", "como", "qué", "las", "al", "su",
            "il", "che", "di", "e", "non", "per", "sono", "con", "gli", "della", "mi", "come", "si", "nel",
            "o", "os", "as", "um", "uma", "não", "com", "em", "é", "do", "da", "eu", "você", "ao",
        ],
        StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Scores a text.</summary>
    public static JailbreakVerdict Score(string text)
    {
        if (text.Length > LongestLook)
            text = $"{text.AsSpan(0, LongestLook / 2)}\n{text.AsSpan(text.Length - (LongestLook / 2))}";
        text = Plain(text);
        var clear = 1.0;
        foreach (var (pattern, weight) in Signs)
        {
            foreach (var match in pattern.EnumerateMatches(text))
            {
                clear *= 1 - (IsSpokenAbout(text, match.Index, match.Length) ? weight * 0.35 : weight);
                break;
            }
        }

        return new JailbreakVerdict(1 - clear, IsUnderstood(text));
    }

    // In quotes, or in a sentence that asks what it is: somebody speaks of it.
    private static bool IsSpokenAbout(string text, int start, int length)
    {
        var sentence = text.AsSpan(0, start).LastIndexOfAny(".!?\n") + 1;
        var before = text.AsSpan(sentence, start - sentence);
        var quoted = before.LastIndexOfAny(OpeningQuotes) >= 0 && text.AsSpan(Math.Min(text.Length, start + length)).IndexOfAny(ClosingQuotes) is >= 0 and < 200;
        return quoted || Softeners.IsMatch(before);
    }

    // Look-alikes, invisible letters and letters with dots between them are how words are hidden.
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in Normal(text))
        {
            if (char.GetUnicodeCategory(letter) is System.Globalization.UnicodeCategory.Format)
                continue;
            plain.Append(letter switch
            {
                '\u00A0' => ' ',
                _ => Cyrillic.IndexOf(letter, StringComparison.Ordinal) is var place and >= 0 ? Latin[place] : letter,
            });
        }

        return Spaced().Replace(plain.ToString(), static match => match.Value.Replace(match.Groups["divider"].Value, "", StringComparison.Ordinal));
    }

    private static string Normal(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            return text; // half of a surrogate pair
        }
    }

    private static bool IsUnderstood(string text)
    {
        var (words, known, letters, others) = (0, 0, 0, 0);
        foreach (var range in text.AsSpan().SplitAny(" \n\t.,;:!?()[]{}\"'"))
        {
            var word = text.AsSpan()[range];
            if (word.IsEmpty)
                continue;
            foreach (var letter in word)
            {
                letters += char.IsLetter(letter) ? 1 : 0;
                others += char.IsLetter(letter) && letter > '\u024F' ? 1 : 0;
            }

            words++;
            known += Known.Contains(word) ? 1 : 0;
            if (words == 400)
                break;
        }

        return others * 5 <= letters && (words < 10 || known > 0);
    }

    // i.g.n.o.r.e, i-g-n-o-r-e, i g n o r e
    [GeneratedRegex(@"\b[A-Za-z](?<divider>[.\-_ *])(?:[A-Za-z]\k<divider>){3,30}[A-Za-z]\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Spaced();
}
