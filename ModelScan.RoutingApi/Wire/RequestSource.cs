using System.Text;

namespace ModelScan.RoutingApi.Wire;

/// <summary>The bytes of a client's request, in which every <see cref="RequestField"/> is a slice: where one stands is looked up when somebody asks.</summary>
/// <param name="bytes">A JSON object.</param>
internal sealed class RequestSource(ReadOnlyMemory<byte> bytes)
{
    private const int MaxDepth = 2048;

    /// <summary>A source of values whose place nobody asks for.</summary>
    public static RequestSource None { get; } = new(ReadOnlyMemory<byte>.Empty);

    /// <summary>The part of the request that <paramref name="slice"/> is.</summary>
    public ReadOnlyMemory<byte> MemoryOf(ReadOnlySpan<byte> slice) =>
        bytes.Span.Overlaps(slice, out var offset) ? bytes.Slice(offset, slice.Length) : slice.ToArray();

    /// <summary>The path of the value that <paramref name="slice"/> is: <c>messages[0].content[1].text</c>; empty for the whole.</summary>
    public string PathOf(ReadOnlySpan<byte> slice)
    {
        if (!bytes.Span.Overlaps(slice, out var offset))
            return "";
        var reader = new Utf8JsonReader(bytes.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        var places = new List<string>();
        var indexes = new List<int>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    places[^1] = JsonText.Read(ref reader);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    places.RemoveAt(places.Count - 1);
                    indexes.RemoveAt(indexes.Count - 1);
                    break;
                default:
                    if (indexes.Count > 0 && indexes[^1] >= -1)
                        places[^1] = $"[{++indexes[^1]}]";
                    if (reader.TokenStartIndex == offset)
                        return Join(places);
                    if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                        break;
                    places.Add("");
                    indexes.Add(reader.TokenType == JsonTokenType.StartArray ? -1 : -2);
                    break;
            }
        }

        return "";
    }

    private static string Join(List<string> places)
    {
        var path = new StringBuilder();
        foreach (var place in places)
            path.Append(path.Length > 0 && !place.StartsWith('[') ? "." : "").Append(place);
        return path.ToString();
    }
}
