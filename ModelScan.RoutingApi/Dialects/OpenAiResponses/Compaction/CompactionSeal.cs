using System.Buffers;
using System.Text;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses.Compaction;

/// <summary>
/// A summary of a conversation inside a compaction item's <c>encrypted_content</c>. Clients carry it without looking into it; the gateway
/// opens it again, for whatever provider answers next.
/// </summary>
internal static class CompactionSeal
{
    private const string Family = "summary";
    private const string Heading = "Summary of the conversation up to here, which stands in the place of what was said:";

    /// <summary>What a model is told of a conversation that only somebody else can read.</summary>
    public const string Foreign = "[What was said before was compacted by another provider into a form that cannot be read here. Ask for what is missing.]";

    /// <summary>Seals a summary.</summary>
    public static string Seal(string summary)
    {
        var token = new ArrayBufferWriter<byte>();
        SealedReasoning.Seal(Family, Encoding.UTF8.GetBytes(summary), token);
        return Encoding.ASCII.GetString(token.WrittenSpan[1..^1]);
    }

    /// <summary>What a model is told instead of a compaction item; <see langword="null"/> where the gateway did not seal it.</summary>
    public static string? Open(string? content) =>
        content is not null && SealedReasoning.TryOpen(content, Family, out var summary) ? $"{Heading}\n\n{Encoding.UTF8.GetString(summary)}" : null;

    /// <summary>Whether an input holds a conversation that somebody else compacted.</summary>
    /// <param name="input">The value of <c>input</c>.</param>
    public static bool IsForeignIn(ReadOnlyMemory<byte> input)
    {
        if (!IsMentionedIn(input.Span))
            return false;
        try
        {
            return SlicedJson.Elements(input).Exists(item =>
                SlicedJson.Text(item, "type"u8) is "compaction" or "compaction_summary" && SlicedJson.Text(item, "encrypted_content"u8) is { } content && !SealedReasoning.IsOne(content));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false; // whoever gets it says what is wrong with it
        }
    }

    /// <summary>Whether a request may have to do with compaction at all: a search of its bytes.</summary>
    public static bool IsMentionedIn(ReadOnlySpan<byte> json) => json.IndexOf("\"compaction"u8) >= 0;

    /// <summary>A message of the user's with a text, as an item of an input.</summary>
    public static byte[] ToMessage(string text)
    {
        using var output = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(output, WireJson.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "message"u8);
            writer.WriteString("role"u8, "user"u8);
            writer.WriteString("content"u8, text);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
