namespace ModelScan.Tests.Support;

/// <summary>Waits for what another process or thread is about to do; instead of a sleep.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks again and again until the condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="within">For how long at most; half a minute unless told.</param>
    /// <exception cref="TimeoutException">It did not come to hold in that time.</exception>
    public static async Task TrueAsync(Func<ValueTask<bool>> condition, string what, TimeSpan? within = null)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(since) > (within ?? Patience))
                throw new TimeoutException($"did not happen within {within ?? Patience}: {what}");
            await Task.Delay(10);
        }
    }

    /// <inheritdoc cref="TrueAsync(Func{ValueTask{bool}}, string, TimeSpan?)"/>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? within = null) => TrueAsync(() => ValueTask.FromResult(condition()), what, within);
}
