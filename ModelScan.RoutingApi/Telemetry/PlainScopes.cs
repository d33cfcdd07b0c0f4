namespace ModelScan.RoutingApi.Telemetry;

/// <summary>
/// What lines are said in (<c>Logging:Console:FormatterOptions:IncludeScopes</c>), in plain text: a server's scope has the request's path, which its
/// client wrote.
/// </summary>
/// <param name="inner">The scopes.</param>
/// <param name="isPlain">Whether they are to be; what writes JSON wants them as they are.</param>
internal sealed class PlainScopes(IExternalScopeProvider inner, Func<bool> isPlain) : IExternalScopeProvider
{
    /// <inheritdoc/>
    public void ForEachScope<TState>(Action<object?, TState> callback, TState state)
    {
        if (!isPlain())
        {
            inner.ForEachScope(callback, state);
            return;
        }

        inner.ForEachScope(static (scope, outer) => outer.callback(scope is null ? null : PlainText.Of(scope.ToString() ?? ""), outer.state), (callback, state));
    }

    /// <inheritdoc/>
    public IDisposable Push(object? state) => inner.Push(state);
}
