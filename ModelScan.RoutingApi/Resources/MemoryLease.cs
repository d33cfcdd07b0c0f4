namespace ModelScan.RoutingApi.Resources;

/// <summary>What one body takes of the budget: it grows with the body, and goes back as a whole. Used by one request at a time; dispose it once or more.</summary>
/// <param name="budget">Where it comes from.</param>
internal sealed class MemoryLease(MemoryBudget budget) : IDisposable
{
    // Small bodies are taken in steps, so that an answer of a thousand pieces does not ask a thousand times.
    private const int Step = 64 << 10;

    private long _taken;

    /// <summary>Makes room for a body of <paramref name="length"/> bytes in all.</summary>
    /// <exception cref="MemoryBudgetException">There is none.</exception>
    public void Reserve(long length)
    {
        if (!TryReserve(length))
            throw new MemoryBudgetException(budget.Limit);
    }

    /// <summary>Makes room for a body of <paramref name="length"/> bytes in all, where there is any.</summary>
    public bool TryReserve(long length)
    {
        var needed = length * MemoryBudget.Copies;
        if (needed <= _taken)
            return true;
        var more = length > Step ? Math.Max(needed - _taken, Step) : needed - _taken;
        if (!budget.TryTake(more))
            return false;
        _taken += more;
        return true;
    }

    /// <summary>Makes room for what a stream holds; what every stream holds is not counted.</summary>
    /// <param name="held">In bytes.</param>
    /// <exception cref="MemoryBudgetException">There is none.</exception>
    public void ReserveHeld(long held)
    {
        if (held > Step)
            Reserve(held);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_taken > 0)
            budget.GiveBack(_taken);
        _taken = 0;
    }
}
