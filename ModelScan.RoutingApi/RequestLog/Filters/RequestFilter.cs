using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.RequestLog.Filters;

/// <summary>
/// Which records are meant: conditions that all have to hold. The one predicate of lists, tails, exports, aggregates, deletion and
/// re-decisions. Immutable; <see cref="FilterParser"/> reads one.
/// </summary>
internal sealed class RequestFilter
{
    /// <summary>Every record.</summary>
    public static RequestFilter All { get; } = new();

    /// <summary>The first moment that counts; <see langword="null"/> for the beginning.</summary>
    public RequestId? From { get; init; }

    /// <summary>The first moment that no longer counts; <see langword="null"/> for no end.</summary>
    public RequestId? To { get; init; }

    /// <summary>The conditions beside that of time.</summary>
    public IReadOnlyList<FilterTerm> Terms { get; init; } = [];

    /// <summary>Whether it leaves anything out.</summary>
    public bool IsAll => From is null && To is null && Terms.Count == 0;

    /// <summary>The same with a later beginning.</summary>
    public RequestFilter Since(RequestId from) => From is { } known && known >= from ? this : new() { From = from, To = To, Terms = Terms };

    /// <summary>The same with an earlier end.</summary>
    public RequestFilter Before(RequestId to) => To is { } known && known <= to ? this : new() { From = From, To = to, Terms = Terms };

    /// <summary>Whether a block can hold anything that is meant.</summary>
    public bool CanMatch(RequestId first, RequestId last) => !(last < From) && !(first >= To);
}

/// <summary>
/// A filter at work on one block after the other: it remembers what its terms found out about the texts of the block. Not thread-safe.
/// </summary>
internal sealed class FilterState(RequestFilter filter)
{
    private readonly byte[][] _verdicts = [.. filter.Terms.Select(_ => Array.Empty<byte>())];
    private bool _canMatch;

    /// <summary>The block changes.</summary>
    public void Begin(BlockView view)
    {
        _canMatch = true;
        for (var i = 0; i < _verdicts.Length; i++)
        {
            if (_verdicts[i].Length <= view.TextCount)
                _verdicts[i] = new byte[Math.Max(256, view.TextCount + 1)];
            else
                Array.Clear(_verdicts[i], 0, view.TextCount + 1);
            _canMatch = _canMatch && filter.Terms[i].CanMatch(view);
        }
    }

    /// <summary>Whether a record of the block is meant.</summary>
    public bool Matches(BlockView view, int row)
    {
        if (!_canMatch)
            return false;
        if (filter.From is not null || filter.To is not null)
        {
            var id = view.Id(row);
            if (id < filter.From || id >= filter.To)
                return false;
        }

        for (var i = 0; i < filter.Terms.Count; i++)
        {
            if (!filter.Terms[i].Matches(view, row, _verdicts[i]))
                return false;
        }

        return true;
    }
}
