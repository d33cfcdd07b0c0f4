using ModelScan.RoutingApi.RequestLog.Blocks;

namespace ModelScan.RoutingApi.RequestLog.Filters;

/// <summary>One condition on a record. Immutable; what it finds out about a block's texts it keeps in a <see cref="FilterState"/>.</summary>
internal abstract class FilterTerm
{
    /// <summary>Whether a record of a block fulfils it.</summary>
    /// <param name="view">The block.</param>
    /// <param name="row">The record.</param>
    /// <param name="verdicts">By number of text: 0 not looked at, 1 fits, 2 does not. Belongs to this term and this block.</param>
    public abstract bool Matches(BlockView view, int row, Span<byte> verdicts);

    /// <summary>Whether any record of a block can fulfil it, as far as that is to be had for less than looking at its records.</summary>
    public virtual bool CanMatch(BlockView view) => true;
}

/// <summary>A text in one of some columns, with <c>*</c> for anything; <c>none</c> is the absence of one.</summary>
internal sealed class TextTerm(IReadOnlyList<Column> columns, IReadOnlyList<string> patterns, bool anywhere = false) : FilterTerm
{
    private readonly bool _matchesNone = !anywhere && patterns.Contains("none", StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Matches(BlockView view, int row, Span<byte> verdicts)
    {
        foreach (var column in columns)
        {
            var number = (int)view[column][row];
            if (number == 0)
            {
                if (_matchesNone)
                    return true;
                continue;
            }

            ref var verdict = ref verdicts[number];
            if (verdict == 0)
                verdict = Fits(view.Text(number)!, column) ? (byte)1 : (byte)2;
            if (verdict == 1)
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override bool CanMatch(BlockView view)
    {
        // Of many columns none need be decoded where the block does not hold such a text at all.
        if (!anywhere)
            return true;
        for (var number = 1; number <= view.TextCount; number++)
        {
            if (FitsOne(view.Text(number)))
                return true;
        }

        return false;
    }

    // A column of several texts is looked at text by text.
    private bool Fits(string text, Column column)
    {
        if (column != Column.Tags)
            return FitsOne(text);
        foreach (var part in text.AsSpan().Split(Columns.TagSeparator))
        {
            if (FitsOne(text.AsSpan()[part]))
                return true;
        }

        return false;
    }

    private bool FitsOne(ReadOnlySpan<char> text)
    {
        foreach (var pattern in patterns)
        {
            if (anywhere ? text.Contains(pattern, StringComparison.OrdinalIgnoreCase) : Wildcard.Fits(text, pattern))
                return true;
        }

        return false;
    }
}

/// <summary>How a number compares.</summary>
internal enum Comparison
{
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>A number in a column.</summary>
/// <param name="column">The column.</param>
/// <param name="comparison">How.</param>
/// <param name="value">With what, in the column's unit.</param>
/// <param name="isOptional">Whether the column holds one more than its value, and 0 for none, which fulfils nothing.</param>
internal sealed class NumberTerm(Column column, Comparison comparison, long value, bool isOptional) : FilterTerm
{
    /// <inheritdoc/>
    public override bool Matches(BlockView view, int row, Span<byte> verdicts)
    {
        var found = view[column][row];
        if (isOptional && found-- == 0)
            return false;
        return comparison switch
        {
            Comparison.Less => found < value,
            Comparison.LessOrEqual => found <= value,
            Comparison.Greater => found > value,
            Comparison.GreaterOrEqual => found >= value,
            _ => found == value,
        };
    }
}

/// <summary>A number within bounds, both included.</summary>
internal sealed class RangeTerm(Column column, long least, long most) : FilterTerm
{
    /// <inheritdoc/>
    public override bool Matches(BlockView view, int row, Span<byte> verdicts) => view[column][row] is var found && found >= least && found <= most;
}

/// <summary>A number among some.</summary>
internal sealed class AmongTerm(Column column, IReadOnlyList<long> values) : FilterTerm
{
    /// <inheritdoc/>
    public override bool Matches(BlockView view, int row, Span<byte> verdicts)
    {
        var found = view[column][row];
        foreach (var value in values)
        {
            if (value == found)
                return true;
        }

        return false;
    }
}

/// <summary>A yes or no.</summary>
internal sealed class FlagTerm(RecordFlags flag, bool wanted) : FilterTerm
{
    /// <inheritdoc/>
    public override bool Matches(BlockView view, int row, Span<byte> verdicts) => (((RecordFlags)view[Column.Flags][row] & flag) != RecordFlags.None) == wanted;
}

/// <summary>A request's trace.</summary>
internal sealed class TraceTerm(string trace) : FilterTerm
{
    /// <inheritdoc/>
    public override bool Matches(BlockView view, int row, Span<byte> verdicts) => view.TraceId(row) == trace;
}

/// <summary>One of some conditions.</summary>
internal sealed class AnyTerm(IReadOnlyList<FilterTerm> terms) : FilterTerm
{
    /// <inheritdoc/>
    public override bool Matches(BlockView view, int row, Span<byte> verdicts)
    {
        foreach (var term in terms)
        {
            if (term.Matches(view, row, verdicts))
                return true;
        }

        return false;
    }
}

/// <summary>The opposite of a condition.</summary>
internal sealed class NotTerm(FilterTerm term) : FilterTerm
{
    /// <inheritdoc/>
    public override bool Matches(BlockView view, int row, Span<byte> verdicts) => !term.Matches(view, row, verdicts);
}
