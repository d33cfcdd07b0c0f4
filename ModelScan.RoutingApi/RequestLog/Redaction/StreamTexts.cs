using System.Text;

namespace ModelScan.RoutingApi.RequestLog.Redaction;

/// <summary>
/// The texts in a stream's events, those that stand in the same place put together: whatever the format calls its pieces, what was cut to pieces
/// is whole here. Places are told apart by the numbers that formats give to what comes at the same time (<c>index</c>, <c>output_index</c>).
/// </summary>
internal static class StreamTexts
{
    private const string Data = "data:";

    // Of a card's number, which JSON may have as a number.
    private const int ManyDigits = 13;

    private static readonly string[] Numbers = ["index", "output_index", "content_index", "summary_index"];

    /// <summary>The texts, each on lines of its own; what is no JSON as it is.</summary>
    /// <param name="stream">Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).</param>
    public static string Of(string stream)
    {
        var (places, others) = (new Dictionary<string, Pieces>(StringComparer.Ordinal), new StringBuilder());
        foreach (var line in stream.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(Data, StringComparison.Ordinal))
            {
                others.Append(line).Append('\n');
                continue;
            }

            var text = line[Data.Length..].Trim().ToString();
            try
            {
                using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 256 });
                Walk(document.RootElement, "", places, others);
            }
            catch (JsonException)
            {
                others.Append(text).Append('\n');
            }
        }

        return others.AppendJoin('\n', places.Values).ToString();
    }

    private static void Walk(JsonElement value, string place, Dictionary<string, Pieces> places, StringBuilder others)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                Add(places, place, value.GetString()!);
                break;
            case JsonValueKind.Number when value.GetRawText() is { Length: >= ManyDigits } number:
                others.Append(number).Append('\n');
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                    Walk(item, $"{place}[]", places, others);
                break;
            case JsonValueKind.Object:
                foreach (var name in Numbers)
                {
                    if (value.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number)
                        place = $"{place}#{name}{number.GetRawText()}";
                }

                foreach (var member in value.EnumerateObject())
                    Walk(member.Value, $"{place}.{member.Name}", places, others);
                break;
        }
    }

    private static void Add(Dictionary<string, Pieces> places, string place, string text)
    {
        if (!places.TryGetValue(place, out var pieces))
            places.Add(place, pieces = new Pieces(text));
        else
            pieces.Add(text);
    }

    // What is the same in every event, as a name is, would only grow long and look like something else.
    private sealed class Pieces(string first)
    {
        private readonly StringBuilder _text = new(first);
        private bool _isOne = true;

        public void Add(string text)
        {
            _isOne &= text == first;
            _text.Append(text);
        }

        public override string ToString() => _isOne ? first : _text.ToString();
    }
}
