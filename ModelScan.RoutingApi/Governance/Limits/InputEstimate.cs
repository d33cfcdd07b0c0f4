using System.Buffers;
using ModelScan.RoutingApi.TokenCounting;

namespace ModelScan.RoutingApi.Governance.Limits;

/// <summary>
/// Estimates what a request may come to before it is sent: tokens of its input by <see cref="TextTokens"/> over every text in it, whatever its format, and the most
/// tokens of output that it allows. A file counts as a large image.
/// </summary>
internal static class InputEstimate
{
    /// <summary>By how much the estimate is raised: it was up to 11 % low on the texts that it was measured on.</summary>
    public const double ErrorFactor = 1.15;

    private const int Frame = 4;
    private const int ShortestFile = 2048;
    private const int NameDepth = 3;

    /// <summary>Tokens of a body, with <see cref="ErrorFactor"/>.</summary>
    public static long TokensOf(ReadOnlySpan<byte> body)
    {
        var tokens = 0L;
        var holdsFile = false;
        var buffer = ArrayPool<char>.Shared.Rent(1024);
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 256, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        tokens += Frame;
                        break;
                    case JsonTokenType.PropertyName:
                        holdsFile = reader.ValueTextEquals("data"u8) || reader.ValueTextEquals("url"u8) || reader.ValueTextEquals("image_url"u8) || reader.ValueTextEquals("file_data"u8);
                        tokens += reader.CurrentDepth > NameDepth ? TokensOf(ref reader, ref buffer) : 0;
                        break;
                    case JsonTokenType.String:
                        tokens += holdsFile && reader.ValueSpan.Length > ShortestFile ? AttachmentTokens.LargestImage : TokensOf(ref reader, ref buffer);
                        break;
                    case JsonTokenType.Number:
                        tokens++;
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // It will be refused by whoever reads it; until then what is left of it counts by its bytes.
            tokens += (body.Length - reader.BytesConsumed) / 4;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }

        return (long)Math.Ceiling(tokens * ErrorFactor);
    }

    /// <summary>The most tokens of output that a request allows, all its answers together; <see langword="null"/> where it does not say.</summary>
    public static long? OutputBoundOf(ReadOnlySpan<byte> body)
    {
        (long? most, var answers) = (null, 1L);
        var members = new BodyMembers(body);
        try
        {
            while (members.Read())
            {
                if (members.NameIs("max_completion_tokens"u8) || members.NameIs("max_tokens"u8) || members.NameIs("max_output_tokens"u8))
                    most = Number(members.Value) is { } bound ? Math.Max(bound, most ?? 0) : most;
                else if (members.NameIs("n"u8) || members.NameIs("best_of"u8))
                    answers = Math.Max(answers, Number(members.Value) ?? 1);
            }
        }
        catch (InvalidRequestException)
        {
            return null;
        }

        return most is { } known ? known * Math.Min(answers, 1024) : null;
    }

    private static long TokensOf(ref Utf8JsonReader reader, ref char[] buffer)
    {
        var length = reader.ValueSpan.Length;
        if (length > buffer.Length)
        {
            ArrayPool<char>.Shared.Return(buffer);
            buffer = ArrayPool<char>.Shared.Rent(length);
        }

        return TextTokens.Of(buffer.AsSpan(0, reader.CopyString(buffer)));
    }

    private static long? Number(ReadOnlySpan<byte> value) => System.Buffers.Text.Utf8Parser.TryParse(value, out long number, out var read) && read == value.Length && number >= 0 ? Math.Min(number, 100_000_000) : null;
}
