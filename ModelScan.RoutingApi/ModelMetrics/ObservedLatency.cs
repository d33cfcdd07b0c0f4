using System.Collections.Concurrent;

namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>
/// What this gateway itself measured: per model, the 95th percentile of the time to the first byte over the last
/// <see cref="SamplesPerModel"/> answers that are no older than <see cref="Window"/>.
/// </summary>
/// <remarks>
/// Recording costs a dictionary lookup, an interlocked increment and one write, and takes no lock once a model is known.
/// Memory is bounded: 2 KiB for each of at most <see cref="MaxModels"/> models; models beyond that are not measured until
/// others have been silent for a window.
/// </remarks>
public sealed class ObservedLatency(TimeProvider time)
{
    /// <summary>Samples kept per model; older ones are overwritten.</summary>
    public const int SamplesPerModel = 256;

    /// <summary>Most models measured at a time.</summary>
    public const int MaxModels = 1024;

    /// <summary>Samples older than this no longer count.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private const int LongestName = 256;
    private const double Quantile = 0.95;

    private readonly ConcurrentDictionary<string, Samples> _models = new(StringComparer.Ordinal);
    private readonly long _start = time.GetTimestamp();
    private int _modelCount;

    /// <summary>Notes one answer; safe to call from any thread.</summary>
    /// <param name="model">The model as the configuration names it; a name beyond 256 characters is not measured.</param>
    /// <param name="timeToFirstByte">From sending the request to the first byte of its answer; a negative time is not counted.</param>
    public void Record(string model, TimeSpan timeToFirstByte)
    {
        if (timeToFirstByte < TimeSpan.Zero)
            return;
        if (!_models.TryGetValue(model, out var samples) && (samples = Admit(model)) is null)
            return;
        samples.Add(SecondsNow(), (float)timeToFirstByte.TotalSeconds);
    }

    /// <summary>The percentile of every model with samples in the window, in seconds; forgets models without.</summary>
    internal IReadOnlyList<KeyValuePair<string, double>> Percentiles()
    {
        var oldest = SecondsNow() - (long)Window.TotalSeconds;
        var buffer = new float[SamplesPerModel];
        var percentiles = new List<KeyValuePair<string, double>>();
        foreach (var (model, samples) in _models)
        {
            var recent = buffer.AsSpan(0, samples.CopySince(oldest, buffer));
            if (recent.IsEmpty)
            {
                if (_models.TryRemove(model, out _))
                    Interlocked.Decrement(ref _modelCount);
                continue;
            }

            recent.Sort();
            var rank = (int)Math.Ceiling(Quantile * recent.Length);
            percentiles.Add(new(model, recent[rank - 1]));
        }

        return percentiles;
    }

    private Samples? Admit(string model)
    {
        if (model.Length > LongestName || Volatile.Read(ref _modelCount) >= MaxModels)
            return null;
        var fresh = new Samples();
        var samples = _models.GetOrAdd(model, fresh);
        if (ReferenceEquals(samples, fresh))
            Interlocked.Increment(ref _modelCount);
        return samples;
    }

    private long SecondsNow() => (long)time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>
    /// A ring of samples. Each is one 64-bit word, written whole: the second in which it was taken, plus one, in the upper
    /// half, the latency as a float in the lower. Zero is an empty slot.
    /// </summary>
    private sealed class Samples
    {
        private readonly long[] _ring = new long[SamplesPerModel];
        private int _next;

        public void Add(long second, float latency)
        {
            var slot = (uint)Interlocked.Increment(ref _next) % SamplesPerModel;
            Volatile.Write(ref _ring[slot], ((second + 1) << 32) | BitConverter.SingleToUInt32Bits(latency));
        }

        public int CopySince(long oldest, Span<float> latencies)
        {
            var count = 0;
            for (var slot = 0; slot < _ring.Length; slot++)
            {
                var word = Volatile.Read(ref _ring[slot]);
                if (word != 0 && (word >> 32) - 1 >= oldest)
                    latencies[count++] = BitConverter.UInt32BitsToSingle((uint)word);
            }

            return count;
        }
    }
}
