namespace Aspire.Hosting;

/// <summary>What is being done with the application.</summary>
public enum DistributedApplicationOperation
{
    /// <summary>It runs on this machine.</summary>
    Run,

    /// <summary>It is written out for another place.</summary>
    Publish,
}

/// <summary>Whether the application runs or is published.</summary>
public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
{
    /// <summary>What is being done.</summary>
    public DistributedApplicationOperation Operation { get; } = operation;

    /// <summary>Whether the application runs on this machine.</summary>
    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;

    /// <summary>Whether it is written out for another place.</summary>
    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;
}

/// <summary>The application cannot be built or started.</summary>
public class DistributedApplicationException : Exception
{
    /// <summary>Creates it without a message.</summary>
    public DistributedApplicationException()
    {
    }

    /// <summary>Creates it with a message.</summary>
    public DistributedApplicationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with a message and what caused it.</summary>
    public DistributedApplicationException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
