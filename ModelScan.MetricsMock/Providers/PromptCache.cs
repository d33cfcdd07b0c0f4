using System.Security.Cryptography;
using System.Text;

namespace ModelScan.MetricsMock.Providers;

/// <summary>What the prompt cache did for one request, in tokens.</summary>
/// <param name="Read">Input that was found in the cache.</param>
/// <param name="Written">Input newly put there because the client marked it.</param>
internal readonly record struct CachedTokens(int Read, int Written);

/// <summary>
/// Remembers prefixes of prompts per model, as the providers do: OpenAI caches by itself from 1,024 tokens on in steps of 128,
/// Anthropic caches up to the client's marks, from 1,024 tokens on. Holds the last <see cref="MaxPrefixes"/> prefixes; nothing expires.
/// </summary>
internal sealed class PromptCache
{
    private const int MaxPrefixes = 10_000;
    private const int MinTokens = 1024;
    private const int AutomaticStep = 128;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _prefixes = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldestFirst = new();

    /// <summary>Looks a prompt up and remembers it.</summary>
    /// <param name="model">The model: prefixes are not shared between models.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="automatic">Whether prefixes are cached without a mark.</param>
    public CachedTokens Use(string model, IReadOnlyList<PromptSegment> prompt, bool automatic)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(model));
        var bytes = 0;
        var (read, marked) = (0, 0);
        lock (_lock)
        {
            foreach (var segment in prompt)
            {
                hash = SHA256.HashData([.. hash, .. Encoding.UTF8.GetBytes(segment.Kind), 0, .. Encoding.UTF8.GetBytes(segment.Text)]);
                bytes += segment.Bytes;
                var tokens = TokenUsage.TokensOf(bytes);
                if (tokens < MinTokens)
                    continue;

                var prefix = Convert.ToHexString(hash);
                if (_prefixes.Contains(prefix))
                    read = tokens;
                else if (automatic || segment.CacheMark)
                    Remember(prefix);
                if (segment.CacheMark)
                    marked = tokens;
            }
        }

        return automatic
            ? new CachedTokens(read / AutomaticStep * AutomaticStep, 0)
            : new CachedTokens(read, Math.Max(0, marked - read));
    }

    public void Clear()
    {
        lock (_lock)
        {
            _prefixes.Clear();
            _oldestFirst.Clear();
        }
    }

    private void Remember(string prefix)
    {
        _prefixes.Add(prefix);
        _oldestFirst.Enqueue(prefix);
        if (_oldestFirst.Count > MaxPrefixes)
            _prefixes.Remove(_oldestFirst.Dequeue());
    }
}
