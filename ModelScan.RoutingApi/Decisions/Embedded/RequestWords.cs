using System.Text.RegularExpressions;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>By which words a paragraph is known to ask for something, in the nine languages that the encoder knows.</summary>
internal static partial class RequestWords
{
    private static readonly string[] Asking = ["?", "？", "请", "帮", "怎么", "如何", "给我", "ください", "下さい", "お願い", "教えて", "てほしい", "て欲しい", "ですか", "ますか", "でしょうか"];

    /// <summary>Whether a paragraph holds a question, a word of courtesy that goes with a request, or an imperative at the start of a sentence.</summary>
    public static bool Asks(ReadOnlySpan<char> paragraph)
    {
        foreach (var word in Asking)
        {
            if (paragraph.Contains(word, StringComparison.Ordinal))
                return true;
        }

        return Courtesy().IsMatch(paragraph) || Imperative().IsMatch(paragraph);
    }

    [GeneratedRegex(
        """
        \b(?:please|can\ you|could\ you|would\ you|help\ me|help\ us|i\ need|we\ need|i\ want|i['’]d\ like|i\ would\ like|for\ me
        |bitte|kannst\ du|könntest\ du|können\ sie|könnten\ sie|ich\ brauche|ich\ möchte|ich\ hätte\ gern|mach\ mir|für\ mich
        |s['’]il\ (?:te|vous)\ pla[iî]t|merci\ de|peux-tu|pouvez-vous|pourriez-vous|pourrais-tu|aide[zr]?-(?:moi|nous)|je\ voudrais|j['’]aimerais|-moi\b
        |por\ favor|puedes|podrías|puede\ usted|podría|ayúd[ae](?:me|nme|nos)|necesito|quiero|quisiera
        |per\ favore|per\ piacere|puoi|potresti|può|potrebbe|aiutami|aiutatemi|mi\ serve|ho\ bisogno|vorrei|dimmi|fammi|scrivimi
        |podes|poderia|podias|pode|ajuda-me|ajude-me|preciso|queria|gostaria
        |alsjeblieft|alstublieft|graag|kun\ je|kunt\ u|wil\ je|wilt\ u|zou\ je|help\ me|ik\ wil|ik\ heb)\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Courtesy();

    [GeneratedRegex(
        """
        (?:^|[.!:;\n]\s*)(?:(?:just|only|now|then|so|also|and|nur|jetzt|dann|juste|solo|só|alleen)\s+)?(?:
        write|rewrite|draft|fix|mend|repair|make|explain|describe|summari[sz]e|shorten|translate|review|check|find|list|give|tell|show|create|design|convert
        |extract|add|remove|compare|turn|keep|cut|cover|enter|put|get|go|send|book|look|refactor|implement|improve|correct|proofread|classify|label|sort
        |count|answer|point|split|merge|draw|plan|suggest|propose|remember|save|note|set|straighten|rate|judge|analy[sz]e|do
        |schreib\w*|erklär\w*|übersetz\w*|fass\w*|zeig\w*|gib|gebt|geben\ sie|sag\w*|hilf|helft|mach\w*|prüf\w*|such\w*|finde\w*|stell\w*|nenn\w*|vergleich\w*|korrigier\w*|kürz\w*|trag\w*
        |écri\w*|tradui\w*|résume\w*|explique\w*|corrige\w*|fai[st]\w*|donne\w*|montre\w*|trouve\w*|compare\w*|propose\w*|dis|dites|découpe\w*|vérifie\w*
        |escrib\w*|traduc\w*|resum\w*|explic\w*|corrig\w*|haz\w*|haga\w*|dame|dime|muéstra\w*|busca\w*|compara\w*|demuéstra\w*|revisa\w*
        |scriv\w*|traduc\w*|riassum\w*|spiega\w*|corregg\w*|fai|fate|dammi|mostra\w*|trova\w*|confronta\w*|controlla\w*
        |escrev\w*|traduz\w*|expli\w*|faz\w*|faça\w*|dá-me|diz-me|mostra\w*|procura\w*|verifica\w*
        |schrijf|vertaal|vat|leg|maak|geef|zeg|toon|zoek|vergelijk|controleer|corrigeer|stuur)\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Imperative();
}
