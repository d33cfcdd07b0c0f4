namespace ModelScan.RoutingApi.RequestLog.Blocks;

/// <summary>
/// The values of a block's columns while it is written. Most columns have one value in all records, and are that value until a record brings
/// another one: so adding a record touches a few hundred bytes instead of as many places, far from each other, as there are columns.
/// Not thread-safe; its memory is kept.
/// </summary>
internal sealed class ColumnValues
{
    private readonly long[] _same = new long[Columns.Count];
    private readonly long[]?[] _values = new long[]?[Columns.Count];
    private ulong _varying; // a bit for each column

    /// <summary>Sets a record's values. Records come one after the other; one may be set anew as long as none has come behind it.</summary>
    /// <param name="row">Which record, 0 to <see cref="RecordBlock.MaxRecords"/> - 1.</param>
    /// <param name="values">Its value in each column.</param>
    public void Set(int row, ReadOnlySpan<long> values)
    {
        if (row == 0)
            values.CopyTo(_same);
        var same = _same.AsSpan(0, values.Length);
        for (var column = 0; column < values.Length; column++)
        {
            if ((_varying & (1UL << column)) != 0 || values[column] != same[column])
                Set(column, row, values[column]);
        }
    }

    /// <summary>Writes a column.</summary>
    /// <param name="sink">Where to.</param>
    /// <param name="column">Its number.</param>
    /// <param name="count">How many records there are, at least 1.</param>
    public void Write(ByteSink sink, int column, int count)
    {
        var values = (_varying & (1UL << column)) == 0 ? [] : _values[column].AsSpan(0, count);

        // What made it vary may have been taken back.
        if (values.IsEmpty || values.IndexOfAnyExcept(values[0]) < 0)
        {
            sink.WriteByte(0);
            sink.WriteNumber(_same[column]);
            return;
        }

        sink.WriteByte(1);
        sink.WriteNumbers(values);
    }

    /// <summary>Forgets all values.</summary>
    public void Clear() => _varying = 0;

    private void Set(int column, int row, long value)
    {
        var values = _values[column] ??= new long[RecordBlock.MaxRecords];
        if ((_varying & (1UL << column)) == 0)
        {
            values.AsSpan(0, row).Fill(_same[column]);
            _varying |= 1UL << column;
        }

        values[row] = value;
    }
}
