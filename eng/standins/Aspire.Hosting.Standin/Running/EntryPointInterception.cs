using System.Reflection;

namespace Aspire.Hosting.Running;

/// <summary>
/// Lets a test run the AppHost's own entry point up to <c>Build()</c>, change what it has put together, and take the
/// application that comes out. The entry point runs on its own thread and waits at both places.
/// </summary>
internal sealed class EntryPointInterception(Assembly appHost, string[] args)
{
    private static readonly AsyncLocal<EntryPointInterception?> Intercepting = new();

    private readonly TaskCompletionSource<DistributedApplicationBuilder> _builder = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _application = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayBuild = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static EntryPointInterception? Current => Intercepting.Value;

    public Assembly AppHost { get; } = appHost;

    public string[] Args { get; } = args;

    public Task Disposed => _disposed.Task;

    /// <summary>Runs the entry point until it has described the application.</summary>
    /// <exception cref="DistributedApplicationException">The entry point ended without building an application.</exception>
    public Task<DistributedApplicationBuilder> DescribeAsync(CancellationToken cancellationToken)
    {
        var thread = new Thread(RunEntryPoint) { IsBackground = true, Name = AppHost.GetName().Name };
        thread.Start();
        return _builder.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets the entry point build the application.</summary>
    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _mayBuild.TrySetResult();
        return _application.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets the entry point end.</summary>
    public void Complete()
    {
        _mayBuild.TrySetCanceled();
        _disposed.TrySetResult();
    }

    public void OfferBuilder(DistributedApplicationBuilder builder)
    {
        _builder.TrySetResult(builder);
        _mayBuild.Task.GetAwaiter().GetResult();
    }

    public void OfferApplication(DistributedApplication application) => _application.TrySetResult(application);

    private void RunEntryPoint()
    {
        Intercepting.Value = this;
        try
        {
            var entryPoint = AppHost.EntryPoint
                ?? throw new DistributedApplicationException($"{AppHost.GetName().Name} has no entry point.");
            var parameters = entryPoint.GetParameters().Length == 0 ? null : new object[] { Args };
            entryPoint.Invoke(null, BindingFlags.DoNotWrapExceptions, null, parameters, null);
            Fail(new DistributedApplicationException($"{AppHost.GetName().Name} ended without building an application."));
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private void Fail(Exception failure)
    {
        _builder.TrySetException(failure);
        _application.TrySetException(failure);
    }
}
