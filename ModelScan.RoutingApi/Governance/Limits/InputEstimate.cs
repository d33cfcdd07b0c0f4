using System.Buffers;
using ModelScan.RoutingApi.TokenCounting;

namespace ModelScan.RoutingApi.Governance.Limits;

/// <summary>
/// Estimates what a request may come to before it is sent, in one reading: tokens of its input by <see cref="TextTokens"/> over every text in it, whatever its
/// format, and the most tokens of output that it allows. A file counts as a large image.
/// </summary>
internal static class InputEstimate
{
    /// <summary>By how much the estimate is raised: it was up to 11 % low on the texts that it was measured on.</summary>
    public const double ErrorFactor = 1.15;

    private const int Frame = 4;
    private const int ShortestFile = 2048;
    private const int NameDepth = 3;

    /// <summary>What a body may come to.</summary>
    /// <param name="Input">Tokens of its input, with <see cref="ErrorFactor"/>.</param>
    /// <param name="OutputBound">The most tokens of output that it allows, all its answers together; <see langword="null"/> where it does not say.</param>
    public readonly record struct Estimate(long Input, long? OutputBound);

    /// <summary>What a body may come to.</summary>
    public static Estimate Of(ReadOnlySpan<byte> body)
    {
        var tokens = 0L;
        var holdsFile = false;
        var bound = new OutputBound();
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
                        if (reader.CurrentDepth == 1)
                            bound.Name(ref reader);
                        holdsFile = reader.ValueTextEquals("data"u8) || reader.ValueTextEquals("url"u8) || reader.ValueTextEquals("image_url"u8) || reader.ValueTextEquals("file_data"u8);
                        tokens += reader.CurrentDepth > NameDepth ? TokensOf(ref reader, ref buffer) : 0;
                        break;
                    case JsonTokenType.String:
                        tokens += holdsFile && reader.ValueSpan.Length > ShortestFile ? AttachmentTokens.LargestImage : TokensOf(ref reader, ref buffer);
                        break;
                    case JsonTokenType.Number:
                        tokens++;
                        if (reader.CurrentDepth == 1)
                            bound.Value(ref reader);
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // It will be refused by whoever reads it; until then what is left of it counts by its bytes.
            tokens += (body.Length - reader.BytesConsumed) / 4;
            bound = default;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }

        return new Estimate((long)Math.Ceiling(tokens * ErrorFactor), bound.Most);
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

    /// <summary>What the members of the whole request say of its output.</summary>
    private struct OutputBound
    {
        private const long Largest = 100_000_000;
        private const long MostAnswers = 1024;

        private Member _member;
        private long? _tokens;
        private long _answers;

        private enum Member
        {
            Other,
            Tokens,
            Answers,
        }

        public readonly long? Most => _tokens * Math.Clamp(_answers, 1, MostAnswers);

        public void Name(ref Utf8JsonReader reader) => _member =
            reader.ValueTextEquals("max_completion_tokens"u8) || reader.ValueTextEquals("max_tokens"u8) || reader.ValueTextEquals("max_output_tokens"u8) ? Member.Tokens
            : reader.ValueTextEquals("n"u8) || reader.ValueTextEquals("best_of"u8) ? Member.Answers
            : Member.Other;

        public void Value(ref Utf8JsonReader reader)
        {
            if (_member == Member.Other || !reader.TryGetInt64(out var number) || number < 0)
                return;
            number = Math.Min(number, Largest);
            if (_member == Member.Tokens)
                _tokens = Math.Max(number, _tokens ?? 0);
            else
                _answers = Math.Max(number, _answers);
        }
    }
}
