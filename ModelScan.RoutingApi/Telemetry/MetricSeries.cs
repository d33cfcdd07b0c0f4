using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace ModelScan.RoutingApi.Telemetry;

/// <summary>
/// One instrument's values by its labels, up to four of them. Counting takes no lock once a combination is known; combinations
/// beyond the limit are counted together, so that names from clients cannot fill the memory.
/// </summary>
internal sealed class MetricSeries(Instrument instrument)
{
    /// <summary>Most combinations of labels that one instrument keeps.</summary>
    public const int MaxCombinations = 4000;

    // Labels are the same few objects again and again: recognising those costs a tenth of hashing what they say.
    private const int MaxRecognised = 8;

    private const string Beyond = "other";
    private static readonly double[] DefaultBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly ConcurrentDictionary<Labels, Cell> _cells = new();
    private readonly double[] _buckets = instrument is Histogram<double> histogram ? [.. histogram.Advice?.HistogramBucketBoundaries ?? DefaultBuckets] : [];
    private string[] _names = [];
    private volatile Recognised[] _recognised = [];

    /// <summary>
    /// The name as Prometheus has it: Plano's as it is; in others dots become underscores, and unit and <c>total</c> are appended
    /// (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/).
    /// </summary>
    public string Name { get; } = instrument.Name.StartsWith(TelemetryNames.PlanoPrefix, StringComparison.Ordinal)
        ? instrument.Name
        : $"{Underscored(instrument.Name)}{UnitSuffix(instrument.Unit)}{(instrument is Counter<long> or Counter<double> or ObservableCounter<long> or ObservableCounter<double> ? "_total" : "")}";

    /// <summary>Whether the instrument tells a value when it is asked, instead of every change as it happens.</summary>
    public bool IsObserved => instrument.IsObservable;

    /// <summary>Forgets every value; an observed instrument tells those that still hold when it is asked next.</summary>
    public void Clear()
    {
        _recognised = [];
        _cells.Clear();
    }

    /// <summary>Takes a measurement: adds it to a counter, sorts it into a histogram's buckets.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var known in _recognised)
        {
            if (known.Is(tags))
            {
                known.Cell.Add(value, _buckets);
                return;
            }
        }

        Find(tags).Add(value, _buckets);
    }

    /// <summary>What there is to write, the lines of a combination of labels each.</summary>
    public IEnumerable<Action<StringBuilder>> Lines => _cells.Select(cell => (Action<StringBuilder>)(text => Write(text, cell.Key, cell.Value)));

    /// <summary>Writes all of it in the Prometheus text format (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
    public void WriteTo(StringBuilder text)
    {
        WriteHead(text);
        foreach (var writeLines in Lines)
            writeLines(text);
    }

    /// <summary>Writes the comments before the values.</summary>
    public void WriteHead(StringBuilder text)
    {
        var kind = instrument switch
        {
            Histogram<double> => "histogram",
            UpDownCounter<long> or ObservableGauge<double> or ObservableGauge<int> or ObservableGauge<long> => "gauge",
            _ => "counter",
        };
        text.Append("# HELP ").Append(Name).Append(' ').Append(instrument.Description ?? Name).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(kind).Append('\n');
    }

    private void Write(StringBuilder text, Labels labels, Cell cell)
    {
        if (_buckets.Length == 0)
        {
            WriteLine(text, "", labels, null, cell.Sum);
            return;
        }

        long below = 0;
        for (var i = 0; i < _buckets.Length; i++)
        {
            below += cell.InBucket(i);
            WriteLine(text, "_bucket", labels, Number(_buckets[i]), below);
        }

        WriteLine(text, "_bucket", labels, "+Inf", below + cell.InBucket(_buckets.Length));
        WriteLine(text, "_sum", labels, null, cell.Sum);
        WriteLine(text, "_count", labels, null, below + cell.InBucket(_buckets.Length));
    }

    // UCUM's code of a unit is spelled out; the name of a currency is one already.
    private static string UnitSuffix(string? unit) => unit switch
    {
        "s" => "_seconds",
        "By" => "_bytes",
        "{USD}" => "_usd",
        _ => "",
    };

    private static string[] NamesOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var names = new string[tags.Length];
        for (var i = 0; i < names.Length; i++)
            names[i] = Underscored(tags[i].Key);
        return names;
    }

    private static string Underscored(string name) => name.Replace('.', '_');

    private static string? Text(ReadOnlySpan<KeyValuePair<string, object?>> tags, int index) =>
        index >= tags.Length ? null : tags[index].Value as string ?? Convert.ToString(tags[index].Value, CultureInfo.InvariantCulture) ?? "";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private Cell Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_names.Length != tags.Length)
            _names = NamesOf(tags);
        var labels = new Labels(Text(tags, 0), Text(tags, 1), Text(tags, 2), Text(tags, 3));
        if (!_cells.TryGetValue(labels, out var cell))
            cell = Admit(labels, tags.Length);
        var recognised = _recognised;
        if (recognised.Length < MaxRecognised)
            _recognised = [.. recognised, new Recognised(tags, cell)];
        return cell;
    }

    private Cell Admit(Labels labels, int count)
    {
        if (_cells.Count >= MaxCombinations)
            labels = new Labels(count > 0 ? Beyond : null, count > 1 ? Beyond : null, count > 2 ? Beyond : null, count > 3 ? Beyond : null);
        return _cells.GetOrAdd(labels, static (_, buckets) => new Cell(buckets), _buckets.Length + 1);
    }

    private void WriteLine(StringBuilder text, string suffix, Labels labels, string? le, double value)
    {
        text.Append(Name).Append(suffix);
        var opened = false;
        for (var i = 0; i < _names.Length && i < 4; i++)
            WriteLabel(text, _names[i], labels[i] ?? "", ref opened);
        if (le is not null)
            WriteLabel(text, "le", le, ref opened);
        if (opened)
            text.Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static void WriteLabel(StringBuilder text, string name, string value, ref bool opened)
    {
        text.Append(opened ? ',' : '{').Append(name).Append("=\"");
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '\\' => text.Append("\\\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append("\\n"),
                _ => text.Append(letter),
            };
        }

        text.Append('"');
        opened = true;
    }

    // A combination by its objects. Of two that are added at the same time one may get lost, and is added again.
    private sealed class Recognised(ReadOnlySpan<KeyValuePair<string, object?>> tags, Cell cell)
    {
        private readonly KeyValuePair<string, object?>[] _tags = tags.ToArray();

        public Cell Cell => cell;

        public bool Is(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.Length != _tags.Length)
                return false;
            for (var i = 0; i < tags.Length; i++)
            {
                if (!ReferenceEquals(tags[i].Value, _tags[i].Value))
                    return false;
            }

            return true;
        }
    }

    private readonly record struct Labels(string? A, string? B, string? C, string? D)
    {
        public string? this[int index] => index switch { 0 => A, 1 => B, 2 => C, _ => D };
    }

    private sealed class Cell(int buckets)
    {
        private readonly long[] _counts = new long[buckets];
        private double _sum;

        public double Sum => Volatile.Read(ref _sum);

        public long InBucket(int index) => Volatile.Read(ref _counts[index]);

        public void Add(double value, double[] boundaries)
        {
            if (boundaries.Length > 0)
            {
                var index = Array.BinarySearch(boundaries, value);
                Interlocked.Increment(ref _counts[index < 0 ? ~index : index]);
            }

            var seen = Volatile.Read(ref _sum);
            while (true)
            {
                var before = Interlocked.CompareExchange(ref _sum, seen + value, seen);
                if (before.Equals(seen))
                    return;
                seen = before;
            }
        }
    }
}
