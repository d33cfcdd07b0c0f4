using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.RequestLog.Reading;

/// <summary>By what records are put together.</summary>
/// <param name="Columns">Texts, three at most.</param>
/// <param name="Interval">Length of a stretch of time; <see langword="null"/> for all time in one.</param>
internal sealed record AggregateGrouping(IReadOnlyList<Column> Columns, TimeSpan? Interval);

/// <summary>What some records come to.</summary>
/// <param name="Start">When their stretch of time begins; <see langword="null"/> for all time.</param>
/// <param name="Values">Their texts, one for each column of the grouping.</param>
internal sealed record RequestAggregate(DateTimeOffset? Start, IReadOnlyList<string?> Values)
{
    public long Requests { get; init; }

    public long Failed { get; init; }

    public long Aborted { get; init; }

    public long Refused { get; init; }

    public long InputTokens { get; init; }

    public long CacheReadTokens { get; init; }

    public long OutputTokens { get; init; }

    public double CostUsd { get; init; }

    public double SavedUsd { get; init; }

    /// <summary>Requests whose cost is not known.</summary>
    public long WithoutPrice { get; init; }

    public QuantileSketch FirstByte { get; init; } = new();

    public QuantileSketch Duration { get; init; } = new();

    /// <summary>The gateway's own time before it asked anybody.</summary>
    public QuantileSketch Gateway { get; init; } = new();
}

/// <summary>Puts records together, block after block. Not thread-safe.</summary>
internal sealed class Aggregator(AggregateGrouping grouping)
{
    /// <summary>Most groups of one question.</summary>
    public const int MaxGroups = 2000;

    private readonly Dictionary<Key, Sums> _groups = [];
    private readonly Dictionary<string, int>[] _numbers = [.. grouping.Columns.Select(_ => new Dictionary<string, int>(StringComparer.Ordinal))];
    private readonly List<string>[] _texts = [.. grouping.Columns.Select(_ => new List<string>())];
    private readonly int[][] _local = [.. grouping.Columns.Select(_ => Array.Empty<int>())];
    private readonly long _interval = grouping.Interval is { } interval ? Math.Max(1, (long)interval.TotalMilliseconds) : 0;

    // Records of a block mostly belong to the group of the one before.
    private Key _lastKey;
    private Sums? _last;

    /// <summary>The block changes.</summary>
    public void Begin(BlockView view)
    {
        for (var i = 0; i < _local.Length; i++)
        {
            if (_local[i].Length <= view.TextCount)
                _local[i] = new int[view.TextCount + 1];
            else
                Array.Clear(_local[i], 0, view.TextCount + 1);
        }
    }

    /// <summary>Adds a record.</summary>
    /// <exception cref="InvalidRequestException">There are too many groups.</exception>
    public void Add(BlockView view, int row)
    {
        var sums = SumsOf(KeyOf(view, row));
        sums.Requests++;
        switch ((RequestState)view[Column.State][row])
        {
            case RequestState.Failed:
                sums.Failed++;
                break;
            case RequestState.Aborted:
                sums.Aborted++;
                break;
            case RequestState.Refused:
                sums.Refused++;
                break;
        }

        sums.InputTokens += view[Column.InputTokens][row];
        sums.CacheReadTokens += view[Column.CacheReadTokens][row];
        sums.OutputTokens += view[Column.OutputTokens][row];
        var cost = view[Column.CostPico][row];
        sums.CostPico += cost;
        if (view[Column.RequestedPico][row] is var requested and > 0)
            sums.SavedPico += requested - 1 - cost;
        if (view[Column.CostState][row] == (long)CostState.NoPrice)
            sums.WithoutPrice++;
        if (view[Column.FirstByteMicroseconds][row] is var first and > 0)
            sums.FirstByte.Add(first - 1);
        sums.Duration.Add(view[Column.DurationMicroseconds][row]);
        if (view[Column.GatewayMicroseconds][row] is var gateway and > 0)
            sums.Gateway.Add(gateway - 1);
    }

    /// <summary>The groups, by time and then by number of requests.</summary>
    public IReadOnlyList<RequestAggregate> Result() =>
    [
        .. _groups.OrderBy(group => group.Key.Time).ThenByDescending(group => group.Value.Requests).Select(group => new RequestAggregate(
            _interval == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(group.Key.Time * _interval), ValuesOf(group.Key))
        {
            Requests = group.Value.Requests,
            Failed = group.Value.Failed,
            Aborted = group.Value.Aborted,
            Refused = group.Value.Refused,
            InputTokens = group.Value.InputTokens,
            CacheReadTokens = group.Value.CacheReadTokens,
            OutputTokens = group.Value.OutputTokens,
            CostUsd = group.Value.CostPico / 1e12,
            SavedUsd = group.Value.SavedPico / 1e12,
            WithoutPrice = group.Value.WithoutPrice,
            FirstByte = group.Value.FirstByte,
            Duration = group.Value.Duration,
            Gateway = group.Value.Gateway,
        }),
    ];

    private Sums SumsOf(Key key)
    {
        if (_last is not null && key == _lastKey)
            return _last;
        if (!_groups.TryGetValue(key, out var sums))
        {
            if (_groups.Count == MaxGroups)
                throw new InvalidRequestException("group_by", $"more than {MaxGroups} groups: narrow the filter, lengthen the interval or group by less");
            _groups.Add(key, sums = new Sums());
        }

        (_lastKey, _last) = (key, sums);
        return sums;
    }

    private Key KeyOf(BlockView view, int row)
    {
        var time = _interval == 0 ? 0 : view.Id(row).Time.ToUnixTimeMilliseconds() / _interval;
        Span<int> values = [0, 0, 0];
        for (var i = 0; i < grouping.Columns.Count; i++)
        {
            var number = (int)view[grouping.Columns[i]][row];
            if (number > 0)
                values[i] = _local[i][number] is var known and > 0 ? known : _local[i][number] = Global(i, view.Text(number)!);
        }

        return new Key(time, values[0], values[1], values[2]);
    }

    private int Global(int column, string text)
    {
        if (_numbers[column].TryGetValue(text, out var number))
            return number;
        _texts[column].Add(text);
        _numbers[column].Add(text, _texts[column].Count);
        return _texts[column].Count;
    }

    private string?[] ValuesOf(Key key)
    {
        ReadOnlySpan<int> numbers = [key.First, key.Second, key.Third];
        var values = new string?[grouping.Columns.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = numbers[i] == 0 ? null : _texts[i][numbers[i] - 1];
        return values;
    }

    private readonly record struct Key(long Time, int First, int Second, int Third);

    private sealed class Sums
    {
        public long Requests { get; set; }

        public long Failed { get; set; }

        public long Aborted { get; set; }

        public long Refused { get; set; }

        public long InputTokens { get; set; }

        public long CacheReadTokens { get; set; }

        public long OutputTokens { get; set; }

        public double CostPico { get; set; }

        public double SavedPico { get; set; }

        public long WithoutPrice { get; set; }

        public QuantileSketch FirstByte { get; } = new();

        public QuantileSketch Duration { get; } = new();

        public QuantileSketch Gateway { get; } = new();
    }
}
