using System.Globalization;

namespace ModelScan.RoutingApi.Resources;

/// <summary>There is no memory left for a body: the client may try again in <see cref="MemoryBudget.RetryAfterSeconds"/>.</summary>
internal sealed class MemoryBudgetException : Exception
{
    public MemoryBudgetException()
        : this("the gateway is busy: its memory is taken up by other requests; try again")
    {
    }

    public MemoryBudgetException(string message)
        : base(message)
    {
    }

    public MemoryBudgetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The budget is used up.</summary>
    /// <param name="limit">The budget in bytes.</param>
    public MemoryBudgetException(long limit)
        : this(string.Create(CultureInfo.InvariantCulture, $"service unavailable: the gateway is busy, its {limit >> 20} MB for requests and answers are taken; try again"))
    {
    }
}
