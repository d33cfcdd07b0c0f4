using System.Text;
using System.Text.RegularExpressions;
using ModelScan.RoutingApi.Guards.Detection;

namespace GuardEval;

/// <summary>A text of a set, and what is in it.</summary>
/// <param name="Group"><c>development</c>, whose mistakes were looked at while the detector was made, or <c>held-out</c>.</param>
/// <param name="Language">Its language, ISO 639-1.</param>
/// <param name="Text">The text.</param>
/// <param name="Labels">What a person would take out.</param>
internal sealed partial record LabelledText(string Group, string Language, string Text, IReadOnlyList<Finding> Labels)
{
    /// <summary>Reads a set: one line a text, <c>group TAB language TAB text</c>, in which <c>&lt;e&gt;…&lt;/e&gt;</c> is a mail address, <c>p</c> a phone number, <c>c</c> a card, <c>i</c> an account, <c>s</c> a social security number.</summary>
    public static IReadOnlyList<LabelledText> Read(string path) => [.. File.ReadLines(path).Where(line => line.Length > 0).Select(Parse)];

    private static LabelledText Parse(string line)
    {
        var fields = line.Split('\t', 3);
        var marked = Unescaped(fields[2]);
        var (text, labels, at) = (new StringBuilder(), new List<Finding>(), 0);
        foreach (Match match in Label().Matches(marked))
        {
            text.Append(marked, at, match.Index - at);
            var value = match.Groups["value"].Value;
            labels.Add(new Finding(text.Length, value.Length, match.Groups["kind"].Value switch { "e" => PiiDetector.Email, "p" => PiiDetector.Phone, "c" => PiiDetector.Card, "i" => PiiDetector.IbanKind, _ => PiiDetector.Ssn }));
            text.Append(value);
            at = match.Index + match.Length;
        }

        return new LabelledText(fields[0], fields[1], text.Append(marked, at, marked.Length - at).ToString(), labels);
    }

    /// <summary>A line's text: a backslash stands before n, t and itself.</summary>
    public static string Unescaped(string text) => Escape().Replace(text, static match => match.Value[1] switch { 'n' => "\n", 't' => "\t", _ => "\\" });

    [GeneratedRegex(@"<(?<kind>[epcis])>(?<value>.*?)</\k<kind>>", RegexOptions.Singleline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Label();

    [GeneratedRegex(@"\\[nt\\]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Escape();
}
